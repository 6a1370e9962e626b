// Call records posted over HTTPS. The answer is 200 only when everything of the enrolled in the request is in
// the journal on disk; after a restart it is told again from there. Network and parsing on the main
// thread, the disk on a thread of its own.
#pragma once

#include <filesystem>
#include <memory>

#include "feeds/calls/core/call_intake.hpp"
#include "feeds/core/webhook_server.hpp"

namespace breakwatch {

struct CallWebhookSettings {
    CallIntakeSettings intake;
    WebhookServerSettings server;
    std::filesystem::path journal;
    bool whole_bodies = false;  // the format finds the records of a body itself
};

std::unique_ptr<Feed> make_call_webhook(boost::asio::io_context& io, CallWebhookSettings settings, CallFormat format,
                                        EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
