#include "store/store_lock.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

using namespace breakwatch;
using breakwatch::test::TemporaryFolder;

TEST_CASE("a second daemon on one state directory is refused, with who holds it")
{
    const TemporaryFolder folder;
    {
        const auto first = StoreLock::take(folder.path());
        REQUIRE(first);
        const auto second = StoreLock::take(folder.path());
        REQUIRE_FALSE(second);
        CHECK(second.error().find("another breakwatchd (process " + std::to_string(::getpid()) + ") works on") !=
              std::string::npos);
    }
    CHECK(StoreLock::take(folder.path()));
}

TEST_CASE("a lock whose holder was killed is free")
{
    const TemporaryFolder folder;
    const auto child = ::fork();
    if (child == 0) {
        [[maybe_unused]] const auto held = StoreLock::take(folder.path());
        ::raise(SIGKILL);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(StoreLock::take(folder.path()));
}

TEST_CASE("a state directory that is not there is named")
{
    const auto lock = StoreLock::take("/nonexistent/state");
    REQUIRE_FALSE(lock);
    CHECK(lock.error() == "store: /nonexistent/state/breakwatchd.lock: No such file or directory");
}
