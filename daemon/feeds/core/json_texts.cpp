#include "feeds/core/json_texts.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

namespace {

namespace json = boost::json;

// Between values: white space, the comma of a list that was cut up, RFC 7464's record separator, and the
// octets of a byte order mark.
bool is_between(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '\x1e' || c == '\xef' || c == '\xbb' ||
           c == '\xbf';
}

bool begins_value(char c) { return c == '{' || c == '['; }

// Blanks may stand where a line may end, and end a code point that is not whole.
bool is_wrong(std::string begun)
{
    begun += "   ";
    json::stream_parser parser;
    boost::system::error_code error;
    parser.write_some(begun.data(), begun.size(), error);
    return error.failed();
}

constexpr std::string_view kNoValue = "expected a JSON object or a list of them";
constexpr std::string_view kNoJson = "expected JSON";
constexpr std::string_view kHalf = "half a JSON value; expected its end";

}  // namespace

JsonTexts::JsonTexts(std::size_t longest) : longest_(longest) {}

void JsonTexts::reset()
{
    parser_.reset();
    begun_.clear();
    line_ = begun_line_ = 1;
    open_ = false;
    at_line_start_ = true;
    passing_ = Passing::nothing;
}

void JsonTexts::feed(std::string_view bytes, const Take& take)
{
    std::string again;  // what is read once more after a value turned out to be none
    while (!bytes.empty()) {
        std::string redo;
        bytes = step(bytes, redo, take);
        if (redo.empty()) continue;
        redo.append(bytes);
        again = std::move(redo);
        bytes = again;
    }
}

std::string_view JsonTexts::step(std::string_view bytes, std::string& again, const Take& take)
{
    if (open_) return go_on(bytes, again, take);
    if (passing_ != Passing::nothing) return pass_over(bytes);
    return begin(bytes, take);
}

// To where a value can begin: the next line, or, on one line, the end of an object that another follows.
// Of a value over many lines what is left is indented, or begins otherwise.
std::string_view JsonTexts::pass_over(std::string_view bytes)
{
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        const bool next_value = (at_line_start_ && begins_value(c)) || (c == '{' && last_ == '}');
        if (next_value || (at_line_start_ && passing_ == Passing::line)) {
            passing_ = Passing::nothing;
            return bytes.substr(i);
        }
        at_line_start_ = c == '\n';
        if (at_line_start_) ++line_;
        last_ = c;
    }
    if (at_line_start_ && passing_ == Passing::line) passing_ = Passing::nothing;
    return {};
}

std::string_view JsonTexts::begin(std::string_view bytes, const Take& take)
{
    while (!bytes.empty() && is_between(bytes.front())) {
        at_line_start_ = bytes.front() == '\n';
        if (at_line_start_) ++line_;
        bytes.remove_prefix(1);
    }
    if (bytes.empty()) return bytes;
    begun_line_ = line_;
    at_line_start_ = false;
    if (begins_value(bytes.front())) {
        open_ = true;
        parser_.reset();
        begun_.clear();
        return bytes;
    }
    take({bytes.substr(0, std::min(bytes.find('\n'), longest_)), nullptr, line_, kNoValue});
    passing_ = Passing::line;
    last_ = 0;
    return bytes;
}

std::string_view JsonTexts::go_on(std::string_view bytes, std::string& again, const Take& take)
{
    const auto part = bytes.substr(0, longest_ - std::min(longest_, begun_.size()));
    if (part.empty()) return fail(bytes, "longer than a value may be", again, take);
    boost::system::error_code error;
    const auto read = parser_.write_some(part.data(), part.size(), error);
    begun_.append(part.substr(0, read));
    bytes.remove_prefix(read);
    if (error) return fail(bytes, kNoJson, again, take);
    if (!parser_.done()) return bytes;
    line_ += static_cast<std::uint64_t>(std::ranges::count(begun_, '\n'));
    open_ = false;
    at_line_start_ = false;
    // The parser takes the white space behind a value along.
    begun_.erase(begun_.find_last_not_of(" \t\r\n") + 1);
    const auto value = parser_.release();
    take({begun_, &value, begun_line_, {}});
    return bytes;
}

// The first line of what was open is given up; what stood after it may be values of their own.
std::string_view JsonTexts::fail(std::string_view rest, std::string_view why, std::string& again, const Take& take)
{
    open_ = false;
    parser_.reset();
    auto begun = std::exchange(begun_, {});
    take({begun, nullptr, begun_line_, why});
    auto end = begun.find('\n');
    // Whether the parser took the octet that was wrong along depends on where the parts were cut. A line end that was it is
    // given back; after one that was none the value goes on.
    if (end != std::string::npos && end + 1 == begun.size() && is_wrong(begun)) {
        again = "\n";
        begun.pop_back();
        end = std::string::npos;
    }
    last_ = 0;
    at_line_start_ = end != std::string::npos;
    line_ = begun_line_ + (at_line_start_ ? 1 : 0);
    if (!at_line_start_) {
        // The octet that was wrong may be the last of the part.
        passing_ = Passing::line;
        last_ = begun.empty() ? '\0' : begun.back();
        return rest;
    }
    passing_ = Passing::value;
    again = begun.substr(end + 1);
    return rest;
}

void JsonTexts::finish(const Take& take)
{
    while (open_) {
        std::string again;
        fail({}, kHalf, again, take);
        if (!again.empty()) feed(again, take);
    }
    reset();
}

}  // namespace breakwatch
