// Alerts as lines of a file that somebody else rotates, on a disk that fills up.
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "unit/alerts/sender.hpp"
#include "unit/alerts/sink_world.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

namespace fs = std::filesystem;

SyslogConfig to_file(const fs::path& file)
{
    SyslogConfig config;
    config.name = "archive";
    config.transport = "file";
    config.path = file;
    return config;
}

std::string text_of(const fs::path& file)
{
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

// While it lives no file of this process grows past `octets`.
class FullDisk {
  public:
    explicit FullDisk(rlim_t octets)
    {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit small{octets, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

  private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("each message is a line, behind what was there, and the disk's word is an acknowledgement")
{
    const Folder folder;
    boost::asio::io_context io;
    std::ofstream(folder.file("log")) << "before\nhalf a li";
    Sender sender(io, to_file(folder.file("log")));
    CHECK_FALSE(sender.connect());
    CHECK_FALSE(sender.send(std::vector<std::string>{"one", "two\nlines"}));
    CHECK(sender.transport->acknowledges());
    CHECK(sender.transport->acknowledged() == 2);
    CHECK_FALSE(sender.send("three"));
    CHECK(text_of(folder.file("log")) == "before\nhalf a li\none\ntwo lines\nthree\n");
    CHECK(sender.transport->peer() == folder.file("log"));
}

TEST_CASE("a file that is renamed, removed or emptied goes on at its path with the next message, and none is lost")
{
    const Folder folder;
    boost::asio::io_context io;
    Sender sender(io, to_file(folder.file("log")));
    CHECK_FALSE(sender.send("one"));
    fs::rename(folder.file("log"), folder.file("log.1"));
    CHECK_FALSE(sender.send("two"));
    std::ofstream(folder.file("new")) << "made by logrotate\n";
    fs::rename(folder.file("new"), folder.file("log"));
    CHECK_FALSE(sender.send("three"));
    fs::resize_file(folder.file("log"), 0);
    CHECK_FALSE(sender.send("four"));
    CHECK(text_of(folder.file("log.1")) == "one\n");
    CHECK(text_of(folder.file("log")) == "four\n");
}

TEST_CASE("what cannot be a file that lines are added to is refused in words")
{
    const Folder folder;
    boost::asio::io_context io;
    const auto reason = [&](const fs::path& path) {
        Sender sender(io, to_file(path));
        const auto error = sender.connect();
        CHECK(error);
        CHECK(sender.transport->refused());
        return sender.transport->reason(error);
    };
    CHECK(reason(folder.file("none") / "log") == "no such file or directory");
    CHECK(reason("/dev/null") == "is no file that lines can be added to");
    CHECK(reason("/") == "is a directory");
}

TEST_CASE("on a full disk nothing of a batch stays, it is owed, told once, and written when there is room")
{
    const Folder folder;
    SinkWorld world;
    Told told;
    {
        const FullDisk full(100);
        world.make(to_file(folder.file("log")));
        told.listen(*world.sink);
        world.deliver(1);
        run_until(world.io, [&] { return world.sink->status().failures >= 3; });
        CHECK(world.done == 0);
        CHECK(text_of(folder.file("log")).empty());
        REQUIRE(told.notices.size() == 1);
        CHECK(told.notices[0] == folder.file("log").string() + ": file too large");
    }
    world.run_until_done(1);
    const auto text = text_of(folder.file("log"));
    CHECK(text.find("seq=\"1\"") != std::string::npos);
    CHECK(std::ranges::count(text, '\n') == 1);
    CHECK(world.sink->status().sent == 1);
}
