#include "feeds/calls/asterisk/ami_calls.hpp"

#include <algorithm>
#include <charconv>

#include "feeds/calls/asterisk/asterisk_names.hpp"

namespace breakwatch {

namespace {

using Type = CallStatement::Type;

constexpr std::size_t kMostOpen = 8;  // of one member: with ringinuse he may have several; and kept of those over
// A call that ended so long before the daemon's first look is nobody's concern any more.
constexpr Duration kLookBack = std::chrono::hours{2};
// LastCall is the whole second in which the call's end was noted.
constexpr std::int64_t kSameEnd = 1;
constexpr Duration kFits = std::chrono::seconds{2};  // TalkTime is in whole seconds

std::int64_t number(std::string_view text)
{
    std::int64_t value = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && value >= 0 && value <= kLatestEpoch ? value : 0;
}

Timestamp from_epoch(std::int64_t seconds)
{
    return Timestamp(std::chrono::seconds{seconds});
}

std::int64_t to_epoch(Timestamp time)
{
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// manager.conf timestampevents: "1795451887.472304".
std::optional<Timestamp> event_time(std::string_view text)
{
    const auto point = text.find('.');
    const auto seconds = number(text.substr(0, point));
    if (seconds == 0) return std::nullopt;
    std::int64_t nanoseconds = 0;
    if (point != std::string_view::npos) {
        std::int64_t unit = 100'000'000;
        for (const char digit : text.substr(point + 1, 9)) {
            if (digit < '0' || digit > '9') return std::nullopt;
            nanoseconds += (digit - '0') * unit;
            unit /= 10;
        }
    }
    return from_epoch(seconds) + std::chrono::nanoseconds{nanoseconds};
}

std::string_view first_of(const AmiFrame& frame, std::string_view key, std::string_view other)
{
    const auto value = frame[key];
    return value.empty() ? frame[other] : value;
}

Duration off(Timestamp a, Timestamp b)
{
    return a < b ? b - a : a - b;
}

// When the call of an AgentComplete was answered, by its length.
Timestamp answered_of(const AmiFrame& frame, Timestamp at)
{
    return at - std::chrono::seconds{number(frame["TalkTime"])};
}

// As far as the frame has the channels' ids.
bool may_be(const AmiFrame& frame, const std::string& id)
{
    const std::string channel(frame["Uniqueid"]);
    const std::string leg(frame["DestUniqueid"]);
    return (channel.empty() || id.starts_with(channel + "/")) && (leg.empty() || id.ends_with("/" + leg));
}

std::string said_of(const AmiFrame& frame)
{
    return std::string(frame["TalkTime"]) + "/" + std::string(frame["HoldTime"]) + "/" + std::string(frame["Reason"]);
}

CallStatement about(Type type, const std::pair<std::string, std::string>& member, std::string_view name, Timestamp at)
{
    auto names = asterisk_names(member.second);
    if (!name.empty() && name != names.front()) names.insert(names.begin(), std::string(name));
    return {.type = type, .at = at, .agents = std::move(names), .queue = member.first};
}

std::string unseen_id(const std::pair<std::string, std::string>& member, Timestamp at)
{
    return member.first + "/" + member.second + "/" + std::to_string(to_epoch(at));
}

}  // namespace

CallStatements AmiCalls::take(const AmiFrame& frame, Timestamp arrived)
{
    const auto event = frame["Event"];
    if (event.empty()) return {};
    const auto at = event_time(frame["Timestamp"]).value_or(arrived);
    ahead_ = at - arrived;
    if (event == "QueueStatusComplete") return status_complete(at);
    if (frame["Queue"].empty() || first_of(frame, "Interface", "Location").empty()) {
        return {{.type = Type::heartbeat, .at = at}};
    }
    if (event == "QueueMember") return status_of_member(frame, at);
    if (event == "AgentConnect") return connected(frame, at);
    if (event == "AgentComplete") return completed(frame, at);
    note_member(frame);
    if (event == "QueueMemberPause") return paused(frame, at);
    if (event == "QueueMemberAdded") return added(frame, at);
    const AmiCalls::MemberKey key{frame["Queue"], frame["Interface"]};
    if (event == "QueueMemberRemoved") {
        members_.erase(key);
        return {about(Type::logout, key, frame["MemberName"], at)};
    }
    return {{.type = Type::heartbeat, .at = at}};
}

void AmiCalls::lost(Timestamp at)
{
    lost_ = at + ahead_;
    asked_ = false;
    for (auto& [key, calls] : open_) {
        for (auto& call : calls) call.before_gap = true;
    }
    for (auto& [key, calls] : told_) {
        for (auto& call : calls) call.before_gap = true;
    }
}

void AmiCalls::status_asked()
{
    asked_ = true;
    listed_.clear();
}

CallStatements AmiCalls::connected(const AmiFrame& frame, Timestamp at)
{
    const MemberKey key{frame["Queue"], frame["Interface"]};
    auto start = about(Type::call_start, key, frame["MemberName"], at);
    const auto channel = frame["Uniqueid"];
    const auto leg = frame["DestUniqueid"];
    start.id = channel.empty() && leg.empty() ? unseen_id(key, at) : std::string(channel) + "/" + std::string(leg);
    // What comes again after a gap begins no second call.
    const auto told = told_.find(key);
    const auto again = [&](const Told& call) { return call.before_gap && call.id == start.id; };
    if (told != told_.end() && std::ranges::any_of(told->second, again)) return {{.type = Type::heartbeat, .at = at}};
    if (!members_.contains(key) && members_.size() >= kMostMembers) return {std::move(start)};
    members_[key].name = frame["MemberName"];
    auto& calls = open_[key];
    std::erase_if(calls, [&](const Open& call) { return call.assumed_end || call.id == start.id; });
    if (calls.size() >= kMostOpen) calls.erase(calls.begin());
    calls.push_back({.id = start.id, .answered = at});
    return {std::move(start)};
}

void AmiCalls::remember(const MemberKey& key, const std::string& id, const AmiFrame& frame)
{
    if (told_.size() >= kMostMembers && !told_.contains(key)) return;
    auto& calls = told_[key];
    if (calls.size() >= kMostOpen) calls.pop_front();
    calls.push_back({.id = id, .what = said_of(frame)});
}

// The call that a new connection tells the end of once more. Without ids it may as well be another call of the same
// length, if one fits that is still open.
const AmiCalls::Told* AmiCalls::repeated(const MemberKey& key, const AmiFrame& frame, Timestamp at) const
{
    const auto found = told_.find(key);
    if (found == told_.end()) return nullptr;
    const auto same = [&](const Told& call) {
        return call.before_gap && call.what == said_of(frame) && may_be(frame, call.id);
    };
    const auto call = std::ranges::find_if(found->second, same);
    if (call == found->second.end()) return nullptr;
    const bool named = !frame["Uniqueid"].empty() || !frame["DestUniqueid"].empty();
    const auto open = open_.find(key);
    const auto fits = [&](const Open& other) {
        return other.id != call->id && off(other.answered, answered_of(frame, at)) <= kFits;
    };
    const bool other = !named && open != open_.end() && std::ranges::any_of(open->second, fits);
    return other ? nullptr : &*call;
}

// The call that ended: by the channels' ids as far as the frame has them, else the one whose length fits.
std::optional<AmiCalls::Open> AmiCalls::close(const MemberKey& key, const AmiFrame& frame, Timestamp at)
{
    const auto found = open_.find(key);
    if (found == open_.end() || found->second.empty()) return std::nullopt;
    auto& calls = found->second;
    const auto answered = answered_of(frame, at);
    const auto misfit = [&](const Open& call) { return off(call.answered, answered); };
    auto best = calls.end();
    for (auto call = calls.begin(); call != calls.end(); ++call) {
        if (call->start_seen && !may_be(frame, call->id)) continue;
        // One that began after the assumed end is another, whose beginning nobody heard.
        if (call->assumed_end && answered > *call->assumed_end + kFits) continue;
        if (best == calls.end() || misfit(*call) < misfit(*best)) best = call;
    }
    if (best == calls.end()) return std::nullopt;
    auto ended = std::move(*best);
    calls.erase(best);
    if (calls.empty()) open_.erase(found);
    return ended;
}

CallStatements AmiCalls::completed(const AmiFrame& frame, Timestamp at)
{
    const MemberKey key{frame["Queue"], frame["Interface"]};
    if (repeated(key, frame, at) != nullptr) return {{.type = Type::heartbeat, .at = at}};
    auto end = about(Type::call_end, key, frame["MemberName"], at);
    end.ended_by = frame["Reason"];
    if (!frame["TalkTime"].empty()) end.talk = std::chrono::seconds{number(frame["TalkTime"])};
    if (members_.contains(key)) last_end_[key.second] = std::max(last_end_[key.second], to_epoch(at));
    const auto call = close(key, frame, at);
    if (!call) {
        const auto channel = frame["Uniqueid"];
        const auto leg = frame["DestUniqueid"];
        end.id = channel.empty() && leg.empty() ? unseen_id(key, at) : std::string(channel) + "/" + std::string(leg);
        remember(key, end.id, frame);
        return {std::move(end)};
    }
    end.id = call->id;
    remember(key, end.id, frame);
    if (call->start_seen || !end.talk) return {std::move(end)};
    // It was found to be running; its length tells when it was answered.
    auto start = about(Type::call_start, key, frame["MemberName"], at - *end.talk);
    start.id = end.id;
    return {std::move(start), std::move(end)};
}

CallStatements AmiCalls::paused(const AmiFrame& frame, Timestamp at)
{
    const MemberKey key{frame["Queue"], frame["Interface"]};
    const bool pause = frame["Paused"] == "1";
    auto said = about(pause ? Type::pause : Type::unpause, key, frame["MemberName"], at);
    if (pause) said.reason = reason_of(frame["PausedReason"]);
    return {std::move(said)};
}

CallStatements AmiCalls::added(const AmiFrame& frame, Timestamp at)
{
    const MemberKey key{frame["Queue"], frame["Interface"]};
    CallStatements said{about(Type::login, key, frame["MemberName"], at)};
    if (frame["Paused"] == "1") {
        said.push_back(about(Type::pause, key, frame["MemberName"], at));
        said.back().reason = reason_of(frame["PausedReason"]);
    }
    return said;
}

void AmiCalls::note_member(const AmiFrame& frame)
{
    const MemberKey key{frame["Queue"], first_of(frame, "Interface", "Location")};
    if (!members_.contains(key) && members_.size() >= kMostMembers) return;
    auto& member = members_[key];
    member.name = first_of(frame, "MemberName", "Name");
    if (frame["LoginTime"].empty()) return;
    member.dynamic = frame["Membership"] == "dynamic";
    member.calls_taken = number(frame["CallsTaken"]);
    member.last_call = number(frame["LastCall"]);
    member.login_time = number(frame["LoginTime"]);
    member.paused = frame["Paused"] == "1";
}

CallStatements AmiCalls::status_of_member(const AmiFrame& frame, Timestamp at)
{
    const MemberKey key{frame["Queue"], first_of(frame, "Interface", "Location")};
    const auto known = members_.find(key);
    const auto before = known == members_.end() ? std::nullopt : std::optional(known->second);
    if (!before && members_.size() >= kMostMembers) return {};
    listed_.insert(key);
    note_member(frame);
    const auto& now = members_[key];

    CallStatements said;
    if (now.dynamic && (!before || before->login_time != now.login_time)) {
        said.push_back(about(Type::login, key, now.name, now.login_time > 0 ? from_epoch(now.login_time) : at));
    }
    if (now.paused != (before && before->paused)) {
        const auto since = number(frame["LastPause"]);
        const bool dated = now.paused && since > 0;
        said.push_back(about(now.paused ? Type::pause : Type::unpause, key, now.name, dated ? from_epoch(since) : at));
        if (now.paused) said.back().reason = reason_of(frame["PausedReason"]);
    }
    make_good(key, before, now, frame["InCall"] == "1", at, said);
    return said;
}

void AmiCalls::end_unseen(const MemberKey& key, const std::string& name, Open& call, Timestamp at,
                          std::string_view ended_by, CallStatements& said)
{
    const auto end_at = std::max(at, call.answered);
    auto end = about(Type::call_end, key, name, end_at);
    end.id = call.id;
    end.ended_by = ended_by;
    said.push_back(std::move(end));
    call.assumed_end = end_at;
    last_end_[key.second] = std::max(last_end_[key.second], to_epoch(at));
}

bool AmiCalls::talks_elsewhere(const MemberKey& key) const
{
    return std::ranges::any_of(open_, [&](const auto& each) {
        return each.first.second == key.second && each.first != key &&
               std::ranges::any_of(each.second, [](const Open& call) { return !call.assumed_end; });
    });
}

// What happened to the calls of a member while nobody listened.
void AmiCalls::make_good(const MemberKey& key, const std::optional<Member>& before, const Member& now, bool in_call,
                         Timestamp at, CallStatements& said)
{
    // Its counters begin anew with the server, and with a member who is added again.
    const bool anew = before && (now.login_time > before->login_time || now.calls_taken < before->calls_taken);
    const auto last_end = from_epoch(now.last_call);
    const auto gap = lost_.value_or(at);
    bool running = false;
    bool ended = false;
    if (const auto calls = open_.find(key); calls != open_.end()) {
        for (auto& call : calls->second) {
            const bool next =
                before && now.calls_taken > before->calls_taken && now.last_call > to_epoch(call.answered);
            const bool over = !in_call || anew || next;
            if (call.assumed_end) continue;
            if (call.before_gap && over) {
                const bool told = !anew && now.last_call >= to_epoch(call.answered);
                end_unseen(key, now.name, call, told ? last_end : gap, anew ? "server" : "", said);
                ended = ended || told;
            } else {
                call.before_gap = false;
                running = true;
            }
        }
    }
    const auto taken = now.calls_taken - (before && !anew ? before->calls_taken : 0);
    const bool recent = before || at - last_end < kLookBack;
    auto& known_end = last_end_[key.second];
    if (!ended && taken > 0 && now.last_call > known_end + kSameEnd && recent && !talks_elsewhere(key)) {
        auto end = about(Type::call_end, key, now.name, last_end);
        end.id = unseen_id(key, last_end);
        said.push_back(std::move(end));
        known_end = now.last_call;
        ended = true;
    }
    if (before && taken > 1) unseen_ += static_cast<std::uint64_t>(taken - 1);
    if (!in_call || running) return;
    auto start = about(Type::call_start, key, now.name, at);
    start.id = unseen_id(key, at);
    open_[key].push_back({.id = start.id, .answered = at, .start_seen = false});
    said.push_back(std::move(start));
}

CallStatements AmiCalls::status_complete(Timestamp at)
{
    if (!asked_) return {{.type = Type::heartbeat, .at = at}};
    CallStatements said{{.type = Type::heartbeat, .at = at}};
    for (auto member = members_.begin(); member != members_.end();) {
        const auto& key = member->first;
        if (listed_.contains(key)) {
            ++member;
            continue;
        }
        if (member->second.dynamic) said.push_back(about(Type::logout, key, member->second.name, at));
        if (const auto calls = open_.find(key); calls != open_.end()) {
            for (auto& call : calls->second) {
                if (call.before_gap && !call.assumed_end) {
                    end_unseen(key, member->second.name, call, lost_.value_or(at), "", said);
                }
            }
        }
        member = members_.erase(member);
    }
    std::erase_if(open_, [](const auto& each) { return each.second.empty(); });
    std::set<std::string_view> interfaces;
    for (const auto& key : listed_) interfaces.insert(key.second);
    std::erase_if(last_end_, [&](const auto& each) { return !interfaces.contains(each.first); });
    lost_.reset();
    asked_ = false;
    return said;
}

}  // namespace breakwatch
