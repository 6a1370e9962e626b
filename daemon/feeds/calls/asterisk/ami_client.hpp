// Calls from an Asterisk by its manager interface (AMI). Connects, logs in, asks how things stand, then
// listens; a lost connection is made again. What happened meanwhile is made good by AmiCalls.
#pragma once

#include <memory>
#include <string>

#include "feeds/calls/core/call_client.hpp"

namespace breakwatch {

struct AmiClientSettings {
    CallClientSettings connection;
    std::string user;
    std::string action_prefix = "breakwatch";  // of our ActionIDs
};

// Login by MD5 challenge; in plain text only over TLS, where a server knows no challenge.
std::unique_ptr<Feed> make_ami_client(boost::asio::io_context& io, const AmiClientSettings& settings,
                                      EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
