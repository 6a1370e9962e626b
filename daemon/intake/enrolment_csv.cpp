#include "intake/enrolment_csv.hpp"

#include <algorithm>
#include <map>

#include "intake/local_time.hpp"

namespace breakwatch {

namespace {

enum Column : std::size_t { kStaff, kMacs, kNotice, kUsers, kAliases, kConsent, kWithdrawn };

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> words;
    while (true) {
        const auto begin = text.find_first_not_of(" ;\t");
        if (begin == std::string_view::npos) return words;
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(" ;\t"), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

// Names of agents may hold blanks ("Anna Berg"): where there is a ';' it alone separates.
std::vector<std::string> split_names(std::string_view text)
{
    if (text.find(';') == std::string_view::npos) return split(text);
    std::vector<std::string> names;
    while (true) {
        auto name = text.substr(0, text.find(';'));
        const auto taken = name.size();
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (!name.empty()) names.emplace_back(name);
        if (taken == text.size()) return names;
        text.remove_prefix(taken + 1);
    }
}

class Reader {
  public:
    Reader(const std::string& file, const std::string& zone) : file_(file), zone_(zone) {}

    void read(const CsvTable::Row& row)
    {
        line_ = row.line;
        EnrolledPerson person;
        person.staff.value = row.cells[kStaff];
        if (person.staff.value.empty()) return wrong("staff_id", "is empty");
        claim("staff_id", person.staff.value);
        for (const auto& word : split(row.cells[kMacs])) {
            const auto mac = parse_mac(word);
            if (!mac || mac->group() || mac->is_zero()) {
                wrong("macs", "found '" + word.substr(0, 40) + "'; expected a device's MAC such as 02:1a:10:00:10:01");
                continue;
            }
            claim("macs", to_string(*mac));
            person.macs.push_back(*mac);
        }
        person.radius_users = split(row.cells[kUsers]);
        person.agent_aliases = split_names(row.cells[kAliases]);
        for (const auto& user : person.radius_users) claim("radius_users", user);
        for (const auto& alias : person.agent_aliases) claim("agent_aliases", alias);
        const auto notice = parse_day(row.cells[kNotice], zone_);
        if (!notice) return wrong("notice_date", notice.error());
        person.notice = *notice;
        person.consent = optional_day("consent_date", row.cells[kConsent]);
        person.withdrawn = optional_day("withdrawn_date", row.cells[kWithdrawn]);
        people_.push_back(std::move(person));
    }

    std::expected<Enrolment, RowErrors> finish()
    {
        if (!errors_.empty()) return std::unexpected(std::move(errors_));
        return Enrolment(std::move(people_));
    }

  private:
    void wrong(const char* column, const std::string& text) { errors_.push_back({file_, line_, column, text}); }

    void claim(const char* column, const std::string& value)
    {
        const auto [at, fresh] = claimed_.try_emplace({column, value}, line_);
        if (!fresh && at->second != line_) {
            wrong(column, "'" + value.substr(0, 40) + "' belongs to the row on line " + std::to_string(at->second) + " already");
        }
    }

    std::optional<Timestamp> optional_day(const char* column, const std::string& text)
    {
        if (text.empty()) return std::nullopt;
        const auto day = parse_day(text, zone_);
        if (!day) wrong(column, day.error());
        return day ? std::optional(*day) : std::nullopt;
    }

    std::string file_;
    std::string zone_;
    std::size_t line_ = 0;
    std::vector<EnrolledPerson> people_;
    std::map<std::pair<std::string, std::string>, std::size_t> claimed_;
    RowErrors errors_;
};

}  // namespace

const std::vector<std::string>& enrolment_columns()
{
    static const std::vector<std::string> columns{"staff_id", "macs", "notice_date"};
    return columns;
}

const std::vector<std::string>& enrolment_optional_columns()
{
    static const std::vector<std::string> columns{"radius_users", "agent_aliases", "consent_date", "withdrawn_date"};
    return columns;
}

std::expected<Enrolment, RowErrors> read_enrolment(const CsvTable& table, const std::string& site_zone)
{
    Reader reader(table.name(), site_zone);
    for (const auto& row : table.rows()) reader.read(row);
    return reader.finish();
}

std::expected<Enrolment, RowErrors> load_enrolment(const std::filesystem::path& file, const std::string& site_zone)
{
    const auto table = CsvTable::read(file, enrolment_columns(), enrolment_optional_columns());
    if (!table) return std::unexpected(table.error());
    return read_enrolment(*table, site_zone);
}

}  // namespace breakwatch
