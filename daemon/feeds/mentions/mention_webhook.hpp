// Mentions posted over HTTPS, as JSON objects. The answer is 200 only after each that was understood was handed on: the
// engine keeps them, and what is sent again is known by its reference. Main thread only.
#pragma once

#include <memory>

#include "feeds/core/webhook_server.hpp"
#include "feeds/mentions/mention_intake.hpp"

namespace breakwatch {

struct MentionWebhookSettings {
    MentionIntakeSettings intake;
    WebhookServerSettings server;
    MentionFields fields;
};

std::unique_ptr<Feed> make_mention_webhook(boost::asio::io_context& io, MentionWebhookSettings settings,
                                           Feed::Handler handler);

}  // namespace breakwatch
