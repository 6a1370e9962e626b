// Calls from a FreeSWITCH by its event socket (mod_event_socket): authenticates, asks how the agents stand, and
// listens for callcenter::info. A lost connection is made again, and what happened meanwhile is made good.
#pragma once

#include <memory>
#include <string>

#include "intake/call_intake.hpp"
#include "intake/client_stream.hpp"

namespace breakwatch {

struct FreeSwitchClientSettings {
    CallIntakeSettings intake;
    ServerAddress server;
    std::string secret_file;  // read at each login
    std::chrono::milliseconds step{10'000};     // connecting and each answer take no longer
    std::chrono::milliseconds quiet{30'000};    // so long without a byte: a question; once more: lost
    std::chrono::milliseconds refused{300'000}; // a refused password is tried again so much later
};

std::unique_ptr<Feed> make_freeswitch_client(boost::asio::io_context& io, FreeSwitchClientSettings settings,
                                             EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
