// Bytes appended to a file, followed over rotation (another file under the name: the old one is read to
// its end first), truncation and absence. Knows no clock and no loop: look() is called by whoever polls.
// Main thread only.
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

class AppendedBytes {
  public:
    struct Look {
        bool found = false;      // something can be read under the name
        int error = 0;           // errno why not
        bool rotated = false;    // the bytes after these are of another file
        bool truncated = false;  // the file was made shorter: nothing taken, its beginning is next
        bool more = false;       // look again at once
    };
    using Take = std::function<void(std::string_view)>;

    explicit AppendedBytes(std::string path);

    // Takes what was appended, up to about `most` bytes.
    Look look(std::size_t most, const Take& take);
    // As if rotated: what the name stands for now is read from its beginning.
    void reopen();

    const std::string& path() const { return path_; }
    std::optional<ino_t> inode() const { return inode_; }

  private:
    void open(Look& look);
    bool read_some(std::size_t most, const Take& take);
    bool truncated(std::uint64_t size) const;
    void remember(std::string_view bytes);

    std::string path_;
    OpenFile file_;
    std::optional<ino_t> inode_;
    std::uint64_t offset_ = 0;
    // The last octets before offset_: a file that was truncated and has grown since has others there.
    std::string before_;
};

}  // namespace breakwatch
