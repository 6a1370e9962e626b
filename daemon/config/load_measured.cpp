#include <algorithm>

#include "config/load_config.hpp"
#include "config/read_measured.hpp"

namespace breakwatch {

namespace {

Measured read_row(YamlMap& map, const std::vector<std::string>& platforms)
{
    constexpr std::int64_t kMostCounted = 1'000'000'000;
    Measured row;
    map.required("platform", "a platform's name");
    map.text("platform", row.platform);
    if (!platforms.empty() && map.has("platform") && std::ranges::find(platforms, row.platform) == platforms.end()) {
        const auto near = nearest_word(row.platform, platforms);
        map.wrong("platform", "found '" + row.platform + "'; expected a platform of the table" +
                                  (near ? "; did you mean '" + *near + "'?" : ""));
    }
    for (const auto& [key, value] :
         {std::pair{"posts", &row.posts}, std::pair{"found", &row.found}, std::pair{"actions", &row.actions},
          std::pair{"false_findings", &row.false_findings}}) {
        map.required(key, "a count");
        map.integer(key, *value, 0, kMostCounted);
    }
    map.required("browse_hours", "hours, such as 1.5");
    map.real("browse_hours", row.browse_hours, 0, 100'000);
    if (row.found > row.posts) map.wrong("found", "expected no more than there were posts");
    if (row.false_findings > row.actions) map.wrong("false_findings", "expected no more than there were actions");
    if (row.actions > 0 && row.browse_hours == 0) map.wrong("browse_hours", "expected the time that the actions took");
    return row;
}

}  // namespace

MeasuredRecord read_measured(YamlMap& top, const std::vector<std::string>& platforms)
{
    MeasuredRecord record;
    top.maps("measured", [&](YamlMap& map) {
        auto row = read_row(map, platforms);
        if (std::ranges::find(record, row.platform, &Measured::platform) != record.end())
            map.wrong("platform", "found '" + row.platform + "' again; expected each platform once");
        record.push_back(std::move(row));
    });
    return record;
}

std::expected<MeasuredFile, ConfigErrors> load_measured(const std::filesystem::path& path,
                                                        const std::vector<std::string>& platforms)
{
    auto file = YamlFile::read(path);
    MeasuredFile read;
    if (file.errors.empty()) {
        YamlMap top(file, file.root, "");
        int version = 1;
        top.integer("version", version, 1, 1);
        top.text("model", read.model);
        top.required("measured", "a list of platforms");
        read.record = read_measured(top, platforms);
    }
    if (!file.errors.empty()) return std::unexpected(file.sorted_errors());
    return read;
}

}  // namespace breakwatch
