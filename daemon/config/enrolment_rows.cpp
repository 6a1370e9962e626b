#include "config/enrolment_rows.hpp"

#include "config/yaml_reader.hpp"

namespace breakwatch {

namespace {

EnrolmentRow read_person(YamlMap& map)
{
    EnrolmentRow row;
    row.line = map.line();
    map.required("staff_id", "the id of a member of staff");
    map.required("notice_date", "the day the notice was given");
    map.text("staff_id", row.staff_id);
    map.texts("macs", row.macs);
    map.texts("radius_users", row.radius_users);
    map.texts("agent_aliases", row.agent_aliases);
    map.text("notice_date", row.notice_date);
    map.text("consent_date", row.consent_date);
    map.text("withdrawn_date", row.withdrawn_date);
    return row;
}

std::expected<std::vector<EnrolmentRow>, ConfigErrors> read(YamlFile file)
{
    std::vector<EnrolmentRow> rows;
    if (file.errors.empty()) {
        YamlMap top(file, file.root, "");
        top.required("people", "a list of people");
        top.maps("people", [&](YamlMap& map) { rows.push_back(read_person(map)); });
    }
    if (!file.errors.empty()) return std::unexpected(file.sorted_errors());
    return rows;
}

}  // namespace

std::expected<std::vector<EnrolmentRow>, ConfigErrors> read_enrolment_yaml(const std::filesystem::path& file)
{
    return read(YamlFile::read(file));
}

std::expected<std::vector<EnrolmentRow>, ConfigErrors> parse_enrolment_yaml(const std::string& name,
                                                                            const std::string& text)
{
    return read(YamlFile::parse(name, text));
}

}  // namespace breakwatch
