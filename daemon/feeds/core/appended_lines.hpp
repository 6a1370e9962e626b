// Lines appended to a file, followed as AppendedBytes does. A last line without its end waits. Main thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "feeds/core/appended_bytes.hpp"

namespace breakwatch {

class AppendedLines {
  public:
    struct Line {
        std::string_view text;  // without its end; valid during the call
        std::uint64_t number;   // in its file, from 1
        bool too_long = false;  // beyond the limit: `text` is its beginning
    };
    struct Look : AppendedBytes::Look {
        bool half_line = false;  // the old file, or the old content, ended within a line: nothing was taken of it
    };

    AppendedLines(std::string path, std::size_t longest_line);

    // Takes what was appended, up to about `most` bytes.
    Look look(std::size_t most, const std::function<void(const Line&)>& take);
    // At the end of a file that nobody writes any more: its last line, if that has no end.
    void take_rest(const std::function<void(const Line&)>& take);
    // As if rotated: what the name stands for now is read from its beginning.
    void reopen();

    const std::string& path() const { return bytes_.path(); }
    std::optional<ino_t> inode() const { return bytes_.inode(); }

  private:
    void split(std::string_view bytes, const std::function<void(const Line&)>& take);
    void begin_file();

    AppendedBytes bytes_;
    std::size_t longest_line_;
    std::uint64_t number_ = 0;
    std::string begun_;  // of the line whose end is not there yet
    bool too_long_ = false;
};

}  // namespace breakwatch
