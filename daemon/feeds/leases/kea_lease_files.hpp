// The files of one Kea memfile and their clean-up (LFC, kea-lfc(8)): the server renames FILE to
// FILE.1 and goes on in a new FILE; kea-lfc merges FILE.2 and FILE.1 into FILE.completed, removes
// both and renames that to FILE.2. The whole state is FILE.completed, else FILE.2; then FILE.1;
// then FILE. Knows no clock and no loop: look() is called by whoever polls. Main thread only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "feeds/core/appended_lines.hpp"
#include "feeds/leases/kea_lease_row.hpp"
#include "feeds/leases/kea_lease_table.hpp"

namespace breakwatch {

class KeaLeaseFiles {
  public:
    static constexpr std::size_t kRows = 4'000'000;  // read at once when all is read anew

    using Refuse = std::function<void(const std::string& where, const std::string& what)>;

    KeaLeaseFiles(std::string path, std::size_t longest_row, Refuse refuse);

    struct Look {
        bool found = false;
        int error = 0;
        bool more = false;  // worth looking again at once
        std::vector<Lease> leases;
    };
    // `seen`: the time of this look, for what the rows do not date themselves.
    Look look(Timestamp seen);

  private:
    using Inodes = std::array<ino_t, 4>;
    using Rows = std::vector<KeaRow>;

    Inodes inodes() const;
    std::optional<Rows> read_everything(Look& look);
    void read_whole(const std::string& path, Rows& rows);
    void take_line(const std::string& path, const AppendedLines::Line& line, Rows& rows);
    void read_anew(Look& look, Timestamp seen);
    void follow(Look& look, Timestamp seen);

    std::string path_;
    std::size_t longest_row_;
    Refuse refuse_;
    AppendedLines lines_;
    std::optional<KeaColumns> columns_;  // of the file being read
    KeaLeaseTable table_;
    bool first_ = true;
    bool stale_ = true;  // the journal was swapped in a way that may have hidden rows
};

}  // namespace breakwatch
