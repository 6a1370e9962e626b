// A call system that is asked over HTTPS, again and again, for the contacts since the last time. What was read is in
// the journal on disk before the place moves on, so that a restart loses nothing; what comes twice is told once.
// Network and parsing on the main thread, the disk on a thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "config/call_mapping.hpp"
#include "feeds/calls/core/call_intake.hpp"
#include "feeds/core/https_exchange.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct PollAuthorization {
    enum class Way : std::uint8_t { none, bearer, basic, header, oauth2 };
    Way way = Way::bearer;
    std::string user;         // basic; client id of oauth2
    std::string secret_file;  // read before each look
    std::string header;       // name of the header that holds the secret
    std::string token_url;    // oauth2: client credentials (RFC 6749 section 4.4)
    std::string scope;
};

struct CallPollSettings {
    CallIntakeSettings intake;
    std::string url;
    std::string ca_file;      // PEM; empty: those the system trusts
    std::string server_name;  // in the certificate; empty: the host
    PollAuthorization authorization;
    std::shared_ptr<const CallMapping> mapping;  // with its `poll`
    std::string time_zone;
    std::filesystem::path journal;
    std::filesystem::path place;  // file
    std::chrono::milliseconds interval{60'000};
    HttpsLimits limits;
};

std::unique_ptr<Feed> make_call_poll(boost::asio::io_context& io, CallPollSettings settings, EnrolmentInForce enrolment,
                                     Feed::Handler handler);

}  // namespace breakwatch
