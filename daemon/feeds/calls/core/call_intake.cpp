#include "feeds/calls/core/call_intake.hpp"

#include <algorithm>
#include <utility>

#include "policy/text.hpp"

namespace breakwatch {

namespace {

using Type = CallStatement::Type;

// Estimates are told on when they moved by more than this.
constexpr Duration kClockStep = std::chrono::seconds{1};

std::optional<AgentStateEvent::Kind> state_of(Type type)
{
    switch (type) {
        case Type::login: return AgentStateEvent::Kind::login;
        case Type::logout: return AgentStateEvent::Kind::logout;
        case Type::pause: return AgentStateEvent::Kind::pause;
        case Type::unpause: return AgentStateEvent::Kind::unpause;
        default: return std::nullopt;
    }
}

// What a format took out of a text may hold line ends and other controls.
CallStatement in_one_line(CallStatement statement)
{
    for (auto& agent : statement.agents) agent = clean_text(agent);
    statement.id = clean_text(statement.id);
    statement.queue = clean_text(statement.queue);
    statement.ended_by = clean_text(statement.ended_by);
    return statement;
}

Duration magnitude(Duration duration)
{
    return duration.count() < 0 ? -duration : duration;
}

}  // namespace

CallIntake::CallIntake(CallIntakeSettings settings, EnrolmentInForce enrolment, Feed::Handler handler)
    : settings_(std::move(settings)),
      enrolment_(std::move(enrolment)),
      handler_(handler),
      refusals_("calls:" + settings_.name, std::move(handler)),
      lines_(settings_.encoding)
{
    status_.name = "calls:" + settings_.name;
}

void CallIntake::read(const CallFormat& format, std::string_view record, const std::string& where, Timestamp arrived,
                      Pace pace)
{
    if (const auto statements = parse(format, record, where, arrived)) tell(resolve(*statements, where, arrived, pace));
}

void CallIntake::read(const CallFormat& format, const CallRecords::Record& record, const std::string& stream,
                      Timestamp arrived, Pace pace)
{
    const auto where = place_of(stream, record);
    if (!record.text) return refuse(where, record.text.error(), arrived);
    read(format, *record.text, where, arrived, pace);
}

void CallIntake::take(const CallStatements& statements, const std::string& where, Timestamp arrived, Pace pace)
{
    auto texts = statements;
    for (auto& each : texts) {
        for (auto& agent : each.agents) agent = text_of(agent, where, arrived);
        each.id = text_of(each.id, where, arrived);
        each.queue = text_of(each.queue, where, arrived);
    }
    tell(resolve(texts, where, arrived, pace));
}

std::optional<CallStatements> CallIntake::parse(const CallFormat& format, std::string_view record,
                                                const std::string& where, Timestamp arrived)
{
    if (record.find_first_not_of(" \t\r") == std::string_view::npos) return CallStatements{};
    last_arrival_ = arrived;
    tell_up(arrived);
    auto statements = format(text_of(record, where, arrived));
    if (!statements) {
        refuse(where, statements.error(), arrived);
        return std::nullopt;
    }
    for (const auto& each : *statements) {
        if (each.type == Type::refused) refuse(where, each.id, arrived);
    }
    std::erase_if(*statements, [](const CallStatement& each) { return each.type == Type::refused; });
    ++status_.taken;
    return std::move(*statements);
}

CallStatements CallIntake::resolve(const CallStatements& statements, const std::string& where, Timestamp arrived,
                                   Pace pace)
{
    CallStatements resolved;
    if (statements.empty()) return resolved;
    last_arrival_ = arrived;
    // The newest tells when the record was made: others of it may be of long before.
    if (pace == Pace::live) {
        clock_.add(std::ranges::max(statements, {}, &CallStatement::at).at, arrived);
        settle_clock(resolved);
    }
    for (const auto& said : statements) {
        const auto statement = in_one_line(said);
        const auto at = pace == Pace::kept ? statement.at : statement.at - correction_;
        status_.last_event = std::max(status_.last_event.value_or(at), at);
        if (statement.type == Type::heartbeat) continue;
        const auto staff = staff_of(statement, where, arrived);
        if (!staff) continue;
        resolved.push_back(statement);
        resolved.back().agents = {staff->value};
        resolved.back().at = at;
        if (!settled_ && pace != Pace::kept && unsettled_.size() < kMostUnsettled)
            unsettled_.push_back(resolved.back());
    }
    if (pace == Pace::live) check_clock(arrived);
    return resolved;
}

std::string CallIntake::text_of(std::string_view octets, const std::string& where, Timestamp arrived)
{
    auto line = lines_.decode(octets);
    if (!line.note.empty()) refusals_.warn(line.note, where, line.note, arrived);
    return std::move(line.text);
}

std::optional<StaffId> CallIntake::staff_of(const CallStatement& statement, const std::string& where, Timestamp arrived)
{
    const auto enrolment = enrolment_();
    const auto staff = staff_of_agent(*enrolment, statement.agents, settings_.contexts);
    if (staff) return *staff;
    if (staff.error() == Unmapped::two_people) {
        refuse(where, "agent: its names are aliases of two people of the enrolment", arrived);
        return std::nullopt;
    }
    ++status_.unmapped;
    note_unmapped(statement.agents);
    return std::nullopt;
}

void CallIntake::settle_clock(CallStatements& resolved)
{
    const auto certain = clock_.certain();
    if (!certain || (settled_ && magnitude(*certain - correction_) <= ClockOffset::kSmallest)) return;
    // A clock that was put right shows first in the least delays: the correction stays until the usual ones agree.
    const bool usual_is_right = magnitude(clock_.ahead().value_or(Duration{0})) <= ClockOffset::kSmallestBehind;
    if (correction_ != Duration{0} && *certain == Duration{0} && !usual_is_right) return;
    correction_ = *certain;
    const auto told = std::exchange(unsettled_, {});
    if (std::exchange(settled_, true) || correction_ == Duration{0}) return;
    for (auto statement : told) {
        statement.instead_of = statement.at;
        statement.at -= correction_;
        resolved.push_back(std::move(statement));
    }
}

// For the administrator's own terminal: the name the most systems show, of a bounded number of agents.
void CallIntake::note_unmapped(const std::vector<std::string>& names)
{
    if (names.empty() || names.front().empty()) return;
    if (status_.unmapped_names.size() < kMostUnmappedNames) status_.unmapped_names.insert(names.front());
}

void CallIntake::tell(const CallStatements& resolved)
{
    for (const auto& statement : resolved) {
        const auto& source = statement.source.empty() ? settings_.name : statement.source;
        const StaffId staff{statement.agents.front()};
        if (const auto kind = state_of(statement.type)) {
            handler_(AgentStateEvent{source, staff, *kind, statement.reason, statement.queue, statement.at,
                                     statement.instead_of});
            continue;
        }
        const auto type = statement.type == Type::call_start ? CallEvent::Type::call_start : CallEvent::Type::call_end;
        handler_(CallEvent{source, statement.id, type, staff, statement.at, statement.queue, statement.ended_by,
                           statement.talk, statement.channel, statement.hold, statement.wrap_up, statement.instead_of});
    }
}

void CallIntake::refuse(const std::string& where, const std::string& what, Timestamp at)
{
    refusals_.refuse(what, where, what, at);
}

void CallIntake::tell_down(const std::string& why, Timestamp at)
{
    if (told_ && !status_.up) return;
    told_ = true;
    status_.up = false;
    handler_(FeedState{status_.name, false, why + "; no findings can be joined with its calls", at});
}

void CallIntake::tell_up(Timestamp at)
{
    if (told_ && status_.up) return;
    told_ = true;
    status_.up = true;
    last_arrival_ = at;
    handler_(FeedState{status_.name, true, "call events arrive", at});
}

void CallIntake::heard(Timestamp at)
{
    last_arrival_ = at;
    tell_up(at);
}

void CallIntake::check_silence(Timestamp now)
{
    // A clock set back would make the silence negative: it begins anew then.
    if (now < last_arrival_) last_arrival_ = now;
    if (status_.up && now - last_arrival_ > settings_.silence) {
        tell_down("no call event for " + to_words(now - last_arrival_) + ", longer than usual", now);
    }
}

void CallIntake::check_clock(Timestamp now)
{
    status_.clock_ahead = clock_.ahead();
    if (!status_.clock_ahead) return;
    const auto ahead = *status_.clock_ahead;
    const FeedClock clock{status_.name, ahead, magnitude(ahead) > settings_.clock_limit, now, correction_};
    const bool same = told_clock_ && told_clock_->beyond == clock.beyond && told_clock_->corrected == clock.corrected &&
                      magnitude(told_clock_->ahead - ahead) <= kClockStep;
    if (same || (!told_clock_ && magnitude(ahead) <= kClockStep)) return;
    told_clock_ = clock;
    handler_(clock);
}

FeedStatus CallIntake::status() const
{
    auto status = status_;
    status.refused = refusals_.count();
    status.last_refusal = refusals_.last();
    return status;
}

}  // namespace breakwatch
