// How a customer was in contact: what the call systems call the channel or the media type.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace breakwatch {

// task: what is worked on for a customer without talking to them.
enum class Channel : std::uint8_t { voice, chat, email, task };

inline constexpr std::array kChannels{Channel::voice, Channel::chat, Channel::email, Channel::task};

std::string_view name(Channel channel);  // "voice"
std::optional<Channel> channel_of(std::string_view name);
// "a customer call", "a chat with a customer": what ended, or goes on.
std::string_view contact_in_words(Channel channel);

}  // namespace breakwatch
