// Text that may leave: valid UTF-8 by construction. Whatever octets it is made of, what is no UTF-8 (RFC 3629:
// no overlong form, no surrogate, nothing above U+10FFFF) and noncharacters become U+FFFD, controls a space; marks
// that nobody sees (byte order marks, bidirectional controls, zero-width spaces) are left out.
//
//     event.queue = octets_of_the_wire;      // a Text: cleaned here, once
//     json["queue"] = event.queue.str();     // cannot be broken
//     note = cut_text(line, 60);             // never within a character
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

// The first octet that begins no well-formed character; none: all is UTF-8.
std::optional<std::size_t> first_broken(std::string_view octets);

// What the clean text of a file keeps: its line ends and tabs, or, on one line, nothing.
enum class TextShape : std::uint8_t { one_line, lines };
std::string clean_text(std::string_view octets, TextShape shape = TextShape::one_line);
// The same for what tells things apart (session ids, user names): what is cleaned elsewhere is written out as "\x91",
// so that two different names stay two.
std::string escaped_text(std::string_view octets);
// The longest beginning of at most `most` octets that does not end within a character.
std::string_view cut_text(std::string_view text, std::size_t most);

std::string counted(std::uint64_t number, const char* thing);  // "1 alert", "2 alerts"

// One line of it. Compares and reads as the std::string that it holds.
class Text {
  public:
    Text() = default;
    Text(std::string_view octets) : value_(clean_text(octets)) {}
    Text(const std::string& octets) : Text(std::string_view(octets)) {}
    Text(const char* octets) : Text(std::string_view(octets)) {}

    const std::string& str() const { return value_; }
    operator const std::string&() const { return value_; }
    bool empty() const { return value_.empty(); }
    std::size_t size() const { return value_.size(); }

    friend bool operator==(const Text&, const Text&) = default;
    friend auto operator<=>(const Text&, const Text&) = default;
    friend bool operator==(const Text& a, std::string_view b) { return a.value_ == b; }
    friend bool operator==(const Text& a, const char* b) { return a.value_ == b; }
    friend std::string operator+(const std::string& a, const Text& b) { return a + b.value_; }
    friend std::string operator+(const Text& a, const std::string& b) { return a.value_ + b; }
    friend std::string operator+(const char* a, const Text& b) { return a + b.value_; }
    friend std::string operator+(const Text& a, const char* b) { return a.value_ + b; }

  private:
    std::string value_;
};

}  // namespace breakwatch
