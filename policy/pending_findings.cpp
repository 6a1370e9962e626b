#include "policy/pending_findings.hpp"

#include <algorithm>
#include <utility>

#include "policy/share.hpp"

namespace breakwatch {

void PendingFindings::add(const Finding& finding, const Facts& facts)
{
    if (facts.bindings.enrolment_status(finding.device, finding.at) == EnrolmentStatus::stranger) {
        ++counters_.unenrolled;
        return;
    }
    const auto number = next_number_++;
    index_.put(number, {finding, {}, {}});
    judge(number, facts);
    // Full, in all or of one device: what makes an incident is kept in it as it is, the rest cannot wait for late
    // facts.
    if (index_.size() <= capacity_ && index_.of_device(finding.device) <= share_of(capacity_)) return;
    if (index_.find(number)->judgement.outcome == Judgement::Outcome::incident) {
        settle(number, facts);
    } else {
        ++counters_.refused_full;
        changed(Change::What::gone, *index_.find(number));
        record_.settle(number);
        index_.erase(number);
    }
}

void PendingFindings::recall(const Finding& finding, const DutyState& duty, const Facts& facts)
{
    const auto number = next_number_++;
    Judgement before;
    before.duty = duty;
    index_.put(number, {finding, std::move(before), {}});
    judge(number, facts);
    if (index_.size() > capacity_) settle(number, facts);
}

void PendingFindings::changed(Change::What what, const PendingFinding& held)
{
    if (keep_) changes_.push_back({what, held});
}

void PendingFindings::person_changed(const StaffId& staff, const Facts& facts)
{
    judge(index_.of_person(staff), facts);
}

void PendingFindings::device_changed(const MacAddress& mac, const std::vector<IpAddress>& addresses, const Facts& facts)
{
    auto concerned = mac.is_zero() ? FindingIndex::Numbers{} : index_.of_mac(mac);
    for (const auto& ip : addresses) concerned.merge(index_.of_address(ip));
    judge(concerned, facts);
}

void PendingFindings::prefix_changed(const Subnet& prefix, const Facts& facts)
{
    judge(index_.of_prefix(prefix), facts);
}

void PendingFindings::everything_changed(const Facts& facts)
{
    judge(index_.all(), facts);
}

void PendingFindings::judge(const FindingIndex::Numbers& numbers, const Facts& facts)
{
    for (const auto number : numbers) judge(number, facts);
}

void PendingFindings::judge(FindingNumber number, const Facts& facts)
{
    auto held = *index_.find(number);
    const auto before = held.judgement;
    const bool was = before.outcome == Judgement::Outcome::incident;
    held.judgement = breakwatch::judge(held.finding, facts, held.judgement.duty);
    held.macs = facts.bindings.macs_behind(held.finding.device, held.finding.at);
    if (held.judgement.outcome == Judgement::Outcome::incident) {
        book_.put(number, held.finding, held.judgement);
    } else if (was) {
        book_.withdraw(number);
    }
    record(number, held, facts);
    // A new one has no people yet: it is kept whatever it comes to.
    const auto& after = held.judgement;
    const bool same = before.outcome == after.outcome && before.key == after.key && before.people == after.people &&
                      before.duty.on_shift == after.duty.on_shift && before.outcome != Judgement::Outcome::unattributed;
    if (!same) changed(Change::What::held, held);
    index_.put(number, std::move(held));
}

// What a mention may be about: a person within the rule's time after a contact, or somebody of whom it is not sure who.
void PendingFindings::record(FindingNumber number, const PendingFinding& held, const Facts& facts)
{
    using enum Judgement::Outcome;
    const auto kind = Rule::Kind::mention_after_call;
    const auto is_one = [&](const Rule& rule) { return rule.kind == kind; };
    if (std::ranges::none_of(facts.rules, is_one)) return record_.erase(number);
    auto judgement = breakwatch::judge(held.finding, facts, held.judgement.duty, kind);
    if (judgement.outcome != incident && !judgement.would_be_incident) return record_.erase(number);
    std::vector<std::string> contacts;
    if (judgement.key) {
        const auto rule = std::ranges::find(facts.rules, judgement.key->rule, &Rule::id);
        contacts = facts.calls.handled(judgement.key->staff, held.finding.at, rule->within, rule->channels);
    }
    record_.put(number, held.finding, std::move(judgement), std::move(contacts));
}

void PendingFindings::settle(FindingNumber number, const Facts& facts)
{
    // What other devices and sources told meanwhile counts, too: the last word is as of all that is known.
    const auto& before = *index_.find(number);
    const auto now = breakwatch::judge(before.finding, facts, before.judgement.duty);
    const auto& then = before.judgement;
    if (now.outcome != then.outcome || now.key != then.key || now.binding.grade != then.binding.grade)
        judge(number, facts);
    else
        record(number, *index_.find(number), facts);
    record_.settle(number);
    const bool part = index_.find(number)->judgement.outcome == Judgement::Outcome::incident;
    changed(part ? Change::What::settled : Change::What::gone, *index_.find(number));
    switch (index_.find(number)->judgement.outcome) {
        case Judgement::Outcome::unattributed: ++counters_.unenrolled; break;
        case Judgement::Outcome::ambiguous:
            ++counters_.ambiguous;
            note_unattributed(*index_.find(number), facts);
            break;
        case Judgement::Outcome::weak:
            ++counters_.weak;
            note_unattributed(*index_.find(number), facts);
            break;
        case Judgement::Outcome::outside: ++counters_.outside; break;
        case Judgement::Outcome::incident:
            if (!book_.settle(number)) ++counters_.outside;
            break;
    }
    index_.erase(number);
}

void PendingFindings::note_unattributed(const PendingFinding& held, const Facts& facts)
{
    if (!held.judgement.would_be_incident) return;
    auto people =
        held.judgement.outcome == Judgement::Outcome::ambiguous ? held.judgement.people : std::vector<StaffId>{};
    unattributed_.push_back(
        {held.finding, std::move(people), facts.bindings.why_nobody(held.finding.device, held.finding.at)});
}

void PendingFindings::settle_before(Timestamp time, const Facts& facts)
{
    for (const auto number : index_.before(time)) settle(number, facts);
}

void PendingFindings::settle_unattributed_before(Timestamp time, const Facts& facts)
{
    for (const auto number : index_.before(time)) {
        if (index_.find(number)->judgement.outcome == Judgement::Outcome::unattributed) settle(number, facts);
    }
}

void PendingFindings::settle_all(const Facts& facts)
{
    for (const auto number : index_.all()) settle(number, facts);
}

void PendingFindings::forget(const StaffId& staff)
{
    for (const auto number : index_.of_person(staff)) {
        changed(Change::What::gone, *index_.find(number));
        record_.erase(number);
        index_.erase(number);
    }
}

}  // namespace breakwatch
