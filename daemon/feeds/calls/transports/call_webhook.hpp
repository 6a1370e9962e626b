// Call records posted over HTTPS. The answer is 200 only when everything of the enrolled in the request is in
// the journal on disk; after a restart it is told again from there. Network and parsing on the main
// thread, the disk on a thread of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "feeds/calls/core/call_intake.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct CallWebhookSettings {
    CallIntakeSettings intake;
    std::string listen = "::";
    std::uint16_t port = 8443;
    std::string certificate_file;  // PEM, with the chain; read again at reload()
    std::string key_file;
    std::string secret_file;  // a secret on each line: a new one and the one before it
    std::filesystem::path journal;
    bool whole_bodies = false;                 // the format finds the records of a body itself
    std::size_t largest_body = 1024UL * 1024;  // octets
    std::size_t most_connections = 64;         // for a further one the longest idle is closed, and told
    std::chrono::seconds step{10};             // handshake, a request, an answer
    std::chrono::seconds idle{60};             // between two requests
};

std::unique_ptr<Feed> make_call_webhook(boost::asio::io_context& io, CallWebhookSettings settings, CallFormat format,
                                        EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
