// Calls from an Asterisk by its manager interface (AMI). Connects, logs in, asks how things stand, then
// listens; a lost connection is made again. What happened meanwhile is made good by AmiCalls.
#pragma once

#include <memory>
#include <string>

#include "intake/call_intake.hpp"
#include "intake/client_stream.hpp"

namespace breakwatch {

struct AmiClientSettings {
    CallIntakeSettings intake;
    ServerAddress server;
    std::string user;
    std::string secret_file;  // read at each login
    std::string action_prefix = "breakwatch";  // of our ActionIDs
    std::chrono::milliseconds step{10'000};     // connecting and each answer take no longer
    std::chrono::milliseconds quiet{30'000};    // so long without a byte: Ping; once more: lost
    std::chrono::milliseconds refused{300'000}; // a refused login is tried again so much later
};

// Login by MD5 challenge; in plain text only over TLS, where a server knows no challenge.
std::unique_ptr<Feed> make_ami_client(boost::asio::io_context& io, AmiClientSettings settings,
                                      EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
