#include "policy/duty/channel.hpp"

namespace breakwatch {

std::string_view name(Channel channel)
{
    switch (channel) {
        case Channel::voice: return "voice";
        case Channel::chat: return "chat";
        case Channel::email: return "email";
        case Channel::task: return "task";
    }
    return "voice";
}

std::optional<Channel> channel_of(std::string_view word)
{
    for (const auto each : kChannels) {
        if (name(each) == word) return each;
    }
    return std::nullopt;
}

std::string_view contact_in_words(Channel channel)
{
    switch (channel) {
        case Channel::voice: return "a customer call";
        case Channel::chat: return "a chat with a customer";
        case Channel::email: return "work on a customer's e-mail";
        case Channel::task: return "work on a customer's task";
    }
    return "a customer call";
}

}  // namespace breakwatch
