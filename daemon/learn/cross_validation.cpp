#include "learn/cross_validation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "learn/overlay.hpp"

namespace breakwatch {
namespace {

std::vector<CalibrationPoint> logistic()
{
    std::vector<CalibrationPoint> points;
    for (double score = -8; score <= 8; score += 0.125) points.push_back({score, 1 / (1 + std::exp(-score))});
    return points;
}

// Left out together, so that the many examples of many sessions are learned from eight times and not once a session.
constexpr std::size_t kSessionParts = 8;

using SessionParts = std::map<std::string, std::string>;  // by session

SessionParts session_parts(const std::vector<LabSession>& sessions)
{
    SessionParts parts;
    for (const auto& session : sessions) {
        if (session.origin.empty()) parts.emplace(session.name, std::to_string(parts.size() % kSessionParts));
    }
    return parts;
}

// The part that an action or an exchange belongs to.
std::string part_of(const LabSession& session, const MacAddress& mac, const std::string& platform, LeaveOut what,
                    const SessionParts& session_parts)
{
    switch (what) {
        case LeaveOut::session: return session_parts.at(session.origin.empty() ? session.name : session.origin);
        case LeaveOut::client: return client_of(session, mac);
        case LeaveOut::platform: return platform;
    }
    return {};
}

struct Parted {
    std::vector<std::unique_ptr<LabSession>> held_back;
    std::vector<std::unique_ptr<LabSession>> rest;
};

Parted split(const std::vector<LabSession>& sessions, LeaveOut what, const std::string& part, const SessionParts& parts,
             const PlatformCatalog& catalog)
{
    Parted split;
    for (const auto& session : sessions) {
        auto in = std::make_unique<LabSession>(LabSession{session.name, {}, {}, session.origin, session.folder});
        auto out = std::make_unique<LabSession>(LabSession{session.name, {}, {}, session.origin, session.folder});
        for (const auto& action : session.actions)
            (part_of(session, action.mac, action.platform, what, parts) == part ? in : out)->actions.push_back(action);
        for (const auto& exchange : session.exchanges) {
            const auto& platform = catalog.platform_name(exchange.match.platform);
            const auto own = part_of(session, exchange.device.mac, platform, what, parts);
            (own == part ? in : out)->exchanges.push_back(exchange);
        }
        if (!in->actions.empty() && session.origin.empty()) split.held_back.push_back(std::move(in));
        if (!out->actions.empty()) split.rest.push_back(std::move(out));
    }
    return split;
}

std::set<std::string> parts_of(const std::vector<LabSession>& sessions, LeaveOut what, const SessionParts& grouped)
{
    std::set<std::string> parts;
    for (const auto& session : sessions) {
        for (const auto& action : session.actions) {
            // A part without a post measures nothing but false alarms, which its session already did.
            if (what == LeaveOut::session || action.is_post)
                parts.insert(part_of(session, action.mac, action.platform, what, grouped));
        }
    }
    return parts;
}

template <typename Which>
std::vector<JudgedFinding> joined(const std::vector<HeldBack>& parts, Which which)
{
    std::vector<JudgedFinding> all;
    for (const auto& part : parts) {
        const auto& own = which(part);
        all.insert(all.end(), own.begin(), own.end());
    }
    return all;
}

}  // namespace

std::string client_of(const LabSession& session, const MacAddress& mac)
{
    for (const auto& action : session.actions) {
        const bool script = action.client == "python-ssl" || action.client == "udp-script";
        if (action.mac == mac && !script) return action.client;
    }
    return "none";
}

std::vector<JudgedFinding> CrossValidation::plain() const
{
    return joined(parts, [](const HeldBack& part) -> const auto& { return part.plain; });
}

std::vector<JudgedFinding> CrossValidation::overlaid() const
{
    return joined(parts, [](const HeldBack& part) -> const auto& { return part.overlaid; });
}

std::vector<const LabSession*> CrossValidation::sessions() const
{
    std::vector<const LabSession*> all;
    for (const auto& part : parts) all.push_back(part.session.get());
    return all;
}

std::size_t CrossValidation::posts() const
{
    std::size_t posts = 0;
    for (const auto& part : parts)
        posts += static_cast<std::size_t>(std::ranges::count_if(part.session->actions, &LabAction::is_post));
    return posts;
}

CrossValidation cross_validate(const std::vector<LabSession>& sessions, LeaveOut what, const TrainingOptions& options,
                               const PlatformCatalog& catalog)
{
    CrossValidation result;
    const auto grouped = session_parts(sessions);
    for (const auto& part : parts_of(sessions, what, grouped)) {
        auto [held_back, rest] = split(sessions, what, part, grouped, catalog);
        Sessions others;
        for (const auto& session : rest) others.push_back(session.get());
        auto model = train(others, options, catalog);
        model.calibration = logistic();
        // A platform or client that nobody else has is laid over with its own sessions.
        Sessions donors = others;
        if (what != LeaveOut::session) {
            donors.clear();
            for (const auto& session : held_back) donors.push_back(session.get());
        }
        for (auto& session : held_back) {
            auto plain = judge(*session, detect(session->exchanges, model, catalog));
            const auto busy = ::breakwatch::overlaid(*session, donors, 1, options.seed + 77, catalog);
            auto over = judge(*session, detect(busy, model, catalog));
            result.parts.push_back({nullptr, std::move(plain), std::move(over)});
        }
        for (std::size_t i = 0; i < held_back.size(); ++i)
            result.parts[result.parts.size() - held_back.size() + i].session = std::move(held_back[i]);
    }
    return result;
}

}  // namespace breakwatch
