// When the watchdog is told that the daemon lives.
#include "app/thread_watch.hpp"

#include <doctest/doctest.h>

#include "app/thread_fault.hpp"

using namespace breakwatch;

TEST_CASE("the daemon lives only where each of its threads has moved since it last said so")
{
    ThreadWatch watch({1, 1, 1});
    CHECK_FALSE(watch.all_moved({1, 1, 1}));
    CHECK_FALSE(watch.all_moved({1, 2, 2}));
    CHECK_FALSE(watch.all_moved({2, 2, 1}));
    CHECK_FALSE(watch.all_moved({2, 1, 2}));
    CHECK(watch.all_moved({2, 2, 2}));
    CHECK_FALSE(watch.all_moved({2, 2, 2}));
    CHECK_FALSE(watch.all_moved({3, 3, 2}));
    CHECK(watch.all_moved({3, 9, 3}));
}

TEST_CASE("threads that move in turns, one between each two looks, are alive")
{
    ThreadWatch watch({0, 0, 0});
    CHECK_FALSE(watch.all_moved({1, 0, 0}));
    CHECK_FALSE(watch.all_moved({1, 1, 0}));
    CHECK(watch.all_moved({1, 1, 1}));
}

TEST_CASE("a thread's first fault is found in its words, cut where they are long")
{
    ThreadFault fault;
    CHECK_FALSE(fault.found());
    fault.note("std::bad_alloc");
    fault.note("another");
    CHECK(fault.found() == "std::bad_alloc");
    ThreadFault long_one;
    long_one.note(std::string(1000, 'x').c_str());
    CHECK(long_one.found()->size() == 255);
}
