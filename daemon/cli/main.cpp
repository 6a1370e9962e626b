// breakwatch: the operator's tool. Reads the store beside a running daemon; needs no capture privilege.
#include <cstdio>

#include "cli/options.hpp"

int main(int argc, char** argv)
{
    const auto outcome = breakwatch::run_tool(argc, argv);
    std::fputs(outcome.err.c_str(), stderr);
    const bool written = std::fwrite(outcome.out.data(), 1, outcome.out.size(), stdout) == outcome.out.size() &&
                         std::fflush(stdout) == 0;
    return written || outcome.exit_code != 0 ? outcome.exit_code : breakwatch::tool_failure;
}
