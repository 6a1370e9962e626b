#include "feeds/core/json_texts.hpp"

#include <algorithm>
#include <utility>
#include <vector>

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

bool begins_value(char c)
{
    return c == '{' || c == '[';
}

// Whether a value that begins with this line goes wrong on it, its end included. Asked of a parser of its
// own: how far the one that reads the stream says it came depends on where the stream was cut. The blanks
// end a code point that is not whole.
bool goes_wrong(std::string line)
{
    line += "\n   ";
    json::stream_parser parser;
    boost::system::error_code error;
    parser.write_some(line.data(), line.size(), error);
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
    struct Again {
        std::string octets;
        std::size_t read = 0;
    };
    std::vector<Again> again;  // what is read once more after a value turned out to be none, the last first
    for (;;) {
        while (!again.empty() && again.back().read == again.back().octets.size()) again.pop_back();
        const auto part = again.empty() ? bytes : std::string_view(again.back().octets).substr(again.back().read);
        if (part.empty()) return;
        std::string redo;
        const auto rest = step(part, redo, take);
        if (again.empty()) {
            bytes = rest;
        } else {
            again.back().read = again.back().octets.size() - rest.size();
        }
        if (redo.empty()) continue;
        if (!again.empty() && again.back().read == again.back().octets.size()) again.pop_back();  // memory: one value's
        again.push_back({.octets = std::move(redo)});
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

// What was open is read again from behind its first octet, for values that begin in it. A value that goes
// wrong on its first line is given up with that line; of another what is left is passed over.
std::string_view JsonTexts::fail(std::string_view rest, std::string_view why, std::string& again, const Take& take)
{
    open_ = false;
    parser_.reset();
    const auto begun = std::exchange(begun_, {});
    take({begun, nullptr, begun_line_, why});
    const auto end = begun.find('\n');
    passing_ = end == std::string::npos || goes_wrong(begun.substr(0, end)) ? Passing::line : Passing::value;
    last_ = 0;
    at_line_start_ = false;
    line_ = begun_line_;
    again = begun.substr(std::min<std::size_t>(1, begun.size()));
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
