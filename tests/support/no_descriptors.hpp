// A process that has run out of file descriptors.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <vector>

namespace breakwatch::test {

// All descriptors of the process, until it goes.
struct NoDescriptors {
    NoDescriptors()
    {
        for (int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC); next >= 0;
             next = ::open("/dev/null", O_RDONLY | O_CLOEXEC))
            taken.push_back(next);
    }
    ~NoDescriptors()
    {
        for (const int each : taken) ::close(each);
    }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

    std::vector<int> taken;
};

}  // namespace breakwatch::test
