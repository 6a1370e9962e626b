// Lines appended to a file, followed over rotation (another file under the name: the old one is
// read to its end first), truncation and absence. A last line without its end waits. Knows no clock
// and no loop: look() is called by whoever polls. Main thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace breakwatch {

// An open file to read from, by descriptor; moves only.
class OpenFile {
  public:
    OpenFile() = default;
    explicit OpenFile(const std::string& path);
    OpenFile(OpenFile&& other) noexcept;
    OpenFile& operator=(OpenFile&& other) noexcept;
    ~OpenFile();

    bool is_open() const { return descriptor_ >= 0; }
    int descriptor() const { return descriptor_; }
    int error() const { return error_; }  // errno of the failed open

  private:
    int descriptor_ = -1;
    int error_ = 0;
};

class AppendedLines {
  public:
    struct Line {
        std::string_view text;  // without its end; valid during the call
        std::uint64_t number;   // in its file, from 1
        bool too_long = false;  // beyond the limit: `text` is its beginning
    };
    struct Look {
        bool found = false;      // something can be read under the name
        int error = 0;           // errno why not
        bool rotated = false;    // the lines after these are of another file
        bool truncated = false;  // the file was made shorter: nothing taken, its beginning is next
        bool more = false;       // look again at once
        bool half_line = false;  // the old file, or the old content, ended within a line: nothing was taken of it
    };

    AppendedLines(std::string path, std::size_t longest_line);

    // Takes what was appended, up to about `most` bytes.
    Look look(std::size_t most, const std::function<void(const Line&)>& take);
    // At the end of a file that nobody writes any more: its last line, if that has no end.
    void take_rest(const std::function<void(const Line&)>& take);
    // As if rotated: what the name stands for now is read from its beginning.
    void reopen();

    const std::string& path() const { return path_; }
    std::optional<ino_t> inode() const { return inode_; }

  private:
    void open(Look& look);
    bool read_some(std::size_t most, std::size_t& taken,
                   const std::function<void(const Line&)>& take);
    void split(std::string_view bytes, const std::function<void(const Line&)>& take);
    void begin_file();
    bool truncated(std::uint64_t size) const;
    void remember(std::string_view bytes);

    std::string path_;
    std::size_t longest_line_;
    OpenFile file_;
    std::optional<ino_t> inode_;
    std::uint64_t offset_ = 0;
    std::uint64_t number_ = 0;
    // The last octets before offset_: a file that was truncated and has grown since has others there.
    std::string before_;
    std::string begun_;  // of the line whose end is not there yet
    bool too_long_ = false;
};

}  // namespace breakwatch
