// JSON values out of a byte stream cut anywhere: a value a line, several on one line or without any line
// end between them, or one over many lines. What is no JSON is told with its line and passed over up to
// where a value can begin again. Memory stays bounded. Main thread only.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace breakwatch {

class JsonTexts {
  public:
    struct Text {
        std::string_view text;            // an object or an array, whole; valid during the call
        const boost::json::value* value;  // the same, parsed; null: it was refused
        std::uint64_t line = 0;           // on which it began, from 1
        std::string_view wrong = {};      // why it was refused
    };
    using Take = std::function<void(const Text&)>;

    // `longest`: octets of one value.
    explicit JsonTexts(std::size_t longest);

    void feed(std::string_view bytes, const Take& take);
    // The stream is over: what is still open is refused.
    void finish(const Take& take);
    bool pending() const { return open_; }
    void reset();

  private:
    enum class Passing : std::uint8_t { nothing, line, value };

    std::string_view step(std::string_view bytes, std::string& again, const Take& take);
    std::string_view pass_over(std::string_view bytes);
    std::string_view begin(std::string_view bytes, const Take& take);
    std::string_view go_on(std::string_view bytes, std::string& again, const Take& take);
    std::string_view fail(std::string_view rest, std::string_view why, std::string& again, const Take& take);

    std::size_t longest_;
    boost::json::stream_parser parser_;
    std::string begun_;  // of the value that is open
    std::uint64_t begun_line_ = 1;
    std::uint64_t line_ = 1;
    bool open_ = false;
    bool at_line_start_ = true;
    Passing passing_ = Passing::nothing;
    char last_ = 0;  // while passing over: the octet before
};

}  // namespace breakwatch
