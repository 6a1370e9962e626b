// breakwatch: the operator's tool. Reads the store beside a running daemon; needs no capture privilege.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "store/incident_json.hpp"
#include "store/store.hpp"

namespace {

using namespace breakwatch;

struct IncidentsOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    bool ids = false;
    bool json = false;
};

int list_incidents(const IncidentsOptions& options)
{
    const auto file = CaseFile::open(options.state);
    if (!file) return std::fprintf(stderr, "breakwatch: %s\n", file.error().text.c_str()), 1;
    const auto incidents = file->incidents();
    if (!incidents) return std::fprintf(stderr, "breakwatch: %s\n", incidents.error().text.c_str()), 1;
    if (options.json) std::printf("[");
    const char* between = "";
    for (const auto& incident : *incidents) {
        if (options.json) {
            std::printf("%s%s", between, to_json(incident).c_str());
            between = ",\n";
        } else {
            std::printf("%s\n", incident.id.c_str());
        }
    }
    if (options.json) std::printf("]\n");
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    CLI::App app{"breakwatch: incidents and their evidence", "breakwatch"};
    app.require_subcommand(1);
    IncidentsOptions incidents;
    auto* command = app.add_subcommand("incidents", "all incidents in the store");
    command->add_option("--state", incidents.state, "state directory")->capture_default_str();
    command->add_flag("--ids", incidents.ids, "only the ids");
    command->add_flag("--json", incidents.json, "as a JSON list");
    CLI11_PARSE(app, argc, argv);
    return list_incidents(incidents);
}
