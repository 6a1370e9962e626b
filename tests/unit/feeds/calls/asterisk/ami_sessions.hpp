// Recorded sessions of Asterisk's manager interface, and the calls that they should give.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "feeds/calls/asterisk/ami_calls.hpp"
#include "unit/feeds/calls/call_truth.hpp"

namespace breakwatch::test {

using namespace std::chrono_literals;
using Type = CallStatement::Type;

// A recorded session: its bytes and when they arrived.
struct Session {
    std::string bytes;
    std::vector<std::pair<std::size_t, Timestamp>> arrived;  // up to that octet, by then
    Timestamp closed;

    explicit Session(const std::string& name) : bytes(read_file(data_path(name + ".s2c")))
    {
        for (const auto& row : read_jsonl(name + ".timing.jsonl")) {
            const auto at =
                Timestamp(std::chrono::round<Duration>(std::chrono::duration<double>(row.at("t").to_number<double>())));
            closed = at;
            if (row.contains("off")) {
                arrived.emplace_back(row.at("off").to_number<std::size_t>() + row.at("len").to_number<std::size_t>(),
                                     at);
            }
        }
    }
    Timestamp at(std::size_t octet) const
    {
        for (const auto& [end, when] : arrived) {
            if (octet < end) return when;
        }
        return closed;
    }
    // Where the piece that arrived with this octet ends.
    std::size_t arrived_with(std::size_t octet) const
    {
        for (const auto& [end, when] : arrived) {
            if (octet < end) return end;
        }
        return bytes.size();
    }
    std::size_t frame_after(std::size_t octet) const
    {
        const auto end = bytes.find("\r\n\r\n", octet);
        return end == std::string::npos ? bytes.size() : end + 4;
    }
};

struct Listener {
    AmiFrameReader reader;
    AmiCalls calls;
    SaidCalls said;

    void hear(std::string_view bytes, Timestamp at)
    {
        reader.feed(bytes, [&](const AmiFrame& frame) { said.take(calls.take(frame, at)); });
    }
    void hear(const Session& session, std::size_t from, std::size_t to, std::size_t piece)
    {
        while (from < to) {
            const auto size = std::min({piece, to - from, session.arrived_with(from) - from});
            hear(std::string_view(session.bytes).substr(from, size), session.at(from));
            from += size;
        }
    }
    void connect()
    {
        reader.reset();
        calls.status_asked();
    }
};

inline std::vector<SaidCall> replay(const std::string& run, std::size_t piece)
{
    Listener listener;
    for (const auto* name : {"/agent_1", "/agent_2"}) {
        const Session session(run + name);
        listener.connect();
        listener.hear(session, 0, session.bytes.size(), piece);
        listener.calls.lost(session.closed);
    }
    return listener.said.all();
}

// What a QueueStatus would have answered at some point of a recorded session: kept from its own events.
class StandIn {
  public:
    void hear(const Session& session, std::size_t to)
    {
        std::size_t from = 0;
        AmiFrameReader reader;
        while (from < to) {
            const auto end = session.frame_after(from);
            if (end > to) break;
            reader.feed(std::string_view(session.bytes).substr(from, end - from),
                        [&](const AmiFrame& frame) { take(frame, session.at(end - 1)); });
            from = end;
        }
    }
    std::string status() const
    {
        std::string text = "Response: Success\r\nActionID: x-3\r\n\r\n";
        for (const auto& [key, member] : members_) {
            text += "Event: QueueMember\r\nQueue: " + key.first + "\r\nName: " + member.name +
                    "\r\nLocation: " + key.second +
                    "\r\nMembership: static\r\nCallsTaken: " + std::to_string(member.taken) +
                    "\r\nLastCall: " + std::to_string(member.last) + "\r\nLastPause: " + member.last_pause +
                    "\r\nLoginTime: " + member.login + "\r\nInCall: " + (member.open > 0 ? "1" : "0") +
                    "\r\nPaused: " + member.paused + "\r\n\r\n";
        }
        return text + "Event: QueueStatusComplete\r\nEventList: Complete\r\n\r\n";
    }

  private:
    struct Member {
        std::string name;
        std::string login = "1";
        std::string paused = "0";
        std::string last_pause = "0";
        long taken = 0;
        long last = 0;
        int open = 0;
    };

    void take(const AmiFrame& frame, Timestamp at)
    {
        const auto event = frame["Event"];
        const bool row = event == "QueueMember";
        const std::string interface(row ? frame["Location"] : frame["Interface"]);
        if (interface.empty()) return;
        if (event == "QueueMemberRemoved") {
            members_.erase({std::string(frame["Queue"]), interface});
            return;
        }
        auto& member = members_[{std::string(frame["Queue"]), interface}];
        member.name = row ? frame["Name"] : frame["MemberName"];
        if (event == "AgentConnect") ++member.open;
        if (event == "AgentComplete") {
            member.open = std::max(0, member.open - 1);
            // Its own QueueMemberStatus may stand before it or after it.
            const auto second = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
            if (member.last + 1 < second) {
                ++member.taken;
                member.last = second;
            }
        }
        if (frame["LoginTime"].empty()) return;
        member.login = frame["LoginTime"];
        member.paused = frame["Paused"];
        member.last_pause = frame["LastPause"];
        // The server counts a call and clears InCall in one step.
        const auto taken = std::stol(std::string(frame["CallsTaken"]));
        if (taken > member.taken) member.open = 0;
        member.taken = std::max(member.taken, taken);
        member.last = std::max(member.last, std::stol(std::string(frame["LastCall"])));
    }

    std::map<std::pair<std::string, std::string>, Member> members_;
};

}  // namespace breakwatch::test
