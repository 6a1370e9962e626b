// First character: 'r' for rules, 'p' for platforms, 'd' for a detector, else the configuration; then YAML.
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

#include "config/load_config.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

// A file that is never on a disk.
class MemoryFile {
  public:
    explicit MemoryFile(Bytes content) : descriptor_(memfd_create("config", 0))
    {
        const auto written = write(descriptor_, content.data(), content.size());
        promise(written == static_cast<ssize_t>(content.size()), "the input is written");
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { close(descriptor_); }
    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  private:
    int descriptor_;
};

template <typename Loaded>
void check(const std::expected<Loaded, ConfigErrors>& loaded)
{
    if (loaded) return;
    promise(!loaded.error().empty(), "a refusal says why");
    for (const auto& error : loaded.error()) {
        promise(!error.text.empty() && error.line >= 0 && error.column >= 0, "an error has a place and words");
        promise(!to_string(error).empty(), "an error can be told");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    ByteReader in(Bytes(data, size));
    const auto which = in.u8();
    const MemoryFile file(in.rest());
    switch (which) {
        case 'r': check(load_rules(file.path(), 0.6)); break;
        case 'p': check(load_platforms(file.path())); break;
        case 'd': check(load_detector_model(file.path())); break;
        default: check(load_config(file.path())); break;
    }
    return 0;
}
