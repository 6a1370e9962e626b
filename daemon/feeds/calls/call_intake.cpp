#include "feeds/calls/call_intake.hpp"

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
        case Type::login:
            return AgentStateEvent::Kind::login;
        case Type::logout:
            return AgentStateEvent::Kind::logout;
        case Type::pause:
            return AgentStateEvent::Kind::pause;
        case Type::unpause:
            return AgentStateEvent::Kind::unpause;
        default:
            return std::nullopt;
    }
}

Duration magnitude(Duration duration)
{
    return duration.count() < 0 ? -duration : duration;
}

}  // namespace

CallIntake::CallIntake(CallIntakeSettings settings, EnrolmentInForce enrolment,
                       Feed::Handler handler)
    : settings_(std::move(settings)),
      enrolment_(std::move(enrolment)),
      handler_(handler),
      refusals_("calls:" + settings_.name, std::move(handler)),
      lines_(settings_.encoding)
{
    status_.name = "calls:" + settings_.name;
}

void CallIntake::read(const CallFormat& format, std::string_view record, const std::string& where,
                      Timestamp arrived, Pace pace)
{
    if (const auto statements = parse(format, record, where, arrived)) {
        take(*statements, where, arrived, pace);
    }
}

void CallIntake::take(const CallStatements& statements, const std::string& where, Timestamp arrived,
                      Pace pace)
{
    tell(resolve(statements, where, arrived, pace));
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

CallStatements CallIntake::resolve(const CallStatements& statements, const std::string& where,
                                   Timestamp arrived, Pace pace)
{
    CallStatements resolved;
    for (const auto& raw : statements) {
        const auto statement = in_text(raw, where, arrived);
        last_arrival_ = arrived;
        status_.last_event = std::max(status_.last_event.value_or(statement.at), statement.at);
        if (pace == Pace::live) clock_.add(statement.at, arrived);
        if (statement.type == Type::heartbeat) continue;
        const auto staff = staff_of(statement, where, arrived);
        if (!staff) continue;
        resolved.push_back(statement);
        resolved.back().agents = {staff->value};
    }
    if (pace == Pace::live && !statements.empty()) check_clock(arrived);
    return resolved;
}

std::string CallIntake::text_of(std::string_view octets, const std::string& where, Timestamp arrived)
{
    auto line = lines_.decode(octets);
    if (!line.note.empty()) refusals_.warn(line.note, where, line.note, arrived);
    return std::move(line.text);
}

CallStatement CallIntake::in_text(const CallStatement& statement, const std::string& where, Timestamp arrived)
{
    auto clean = statement;
    for (auto& agent : clean.agents) agent = clean_text(text_of(agent, where, arrived));
    clean.id = clean_text(text_of(clean.id, where, arrived));
    clean.queue = clean_text(text_of(clean.queue, where, arrived));
    clean.ended_by = clean_text(clean.ended_by);
    return clean;
}

std::optional<StaffId> CallIntake::staff_of(const CallStatement& statement,
                                            const std::string& where, Timestamp arrived)
{
    const auto enrolment = enrolment_();
    std::optional<StaffId> staff;
    for (const auto& name : statement.agents) {
        const auto found = enrolment->by_agent(name);
        if (!found) continue;
        if (staff && *staff != *found) {
            refuse(where, "agent: its names are aliases of two people of the enrolment", arrived);
            return std::nullopt;
        }
        staff = found;
    }
    if (!staff) ++status_.unmapped;
    return staff;
}

void CallIntake::tell(const CallStatements& resolved)
{
    for (const auto& statement : resolved) {
        const auto& source = statement.source.empty() ? settings_.name : statement.source;
        const StaffId staff{statement.agents.front()};
        if (const auto kind = state_of(statement.type)) {
            handler_(AgentStateEvent{source, staff, *kind, statement.reason, statement.queue,
                                     statement.at});
            continue;
        }
        const auto type = statement.type == Type::call_start ? CallEvent::Type::call_start
                                                             : CallEvent::Type::call_end;
        handler_(CallEvent{source, statement.id, type, staff, statement.at, statement.queue,
                           statement.ended_by, statement.talk, statement.channel, statement.hold, statement.wrap_up});
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
    const FeedClock clock{status_.name, ahead, magnitude(ahead) > settings_.clock_limit, now};
    const bool same = told_clock_ && told_clock_->beyond == clock.beyond &&
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
