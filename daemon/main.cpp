// breakwatchd: the service and the tools that share its path. The operator's tool is daemon/cli.
#include <cstdio>
#include <exception>

#include "app/check_command.hpp"
#include "app/exit_code.hpp"
#include "app/options.hpp"
#include "app/replay_command.hpp"
#include "app/run_command.hpp"

namespace {

using namespace breakwatch;

int dispatch(const RunOptions& options)
{
    return run_live(options);
}
int dispatch(const ReplayOptions& options)
{
    return run_replay(options);
}
int dispatch(const CheckOptions& options)
{
    return run_check(options);
}
int dispatch(const NamesOptions& options)
{
    return run_names(options);
}
int dispatch(const DetectOptions& options)
{
    return run_detect(options);
}
int dispatch(const IntakeOptions& options)
{
    return run_intake(options);
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        const auto parsed = parse_options(argc, argv);
        if (const int* code = std::get_if<int>(&parsed)) return *code;
        return std::visit([](const auto& options) { return dispatch(options); }, std::get<Options>(parsed));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "breakwatchd: %s\n", error.what());
        return exit_failure;
    }
}
