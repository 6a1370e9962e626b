#include "feeds/people/enrolment_file.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "feeds/core/local_time.hpp"
#include "feeds/core/text_encoding.hpp"
#include "feeds/people/enrolment_csv.hpp"
#include "feeds/people/table_times.hpp"
#include "policy/identity/agent_name.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

// Twelve decimal digits may as well be somebody's number.
std::optional<MacAddress> mac_user(const std::string& user)
{
    const bool number = user.find_first_not_of("0123456789") == std::string::npos;
    const auto mac = number ? std::nullopt : parse_mac(user);
    return mac && !mac->group() && !mac->is_zero() ? mac : std::nullopt;
}

class Reader {
  public:
    Reader(const std::string& file, const std::string& zone) : file_(file), zone_(zone) {}

    void read(const EnrolmentRow& row)
    {
        line_ = row.line;
        EnrolledPerson person;
        person.staff.value = row.staff_id;
        if (person.staff.value.empty()) return wrong("staff_id", "is empty");
        claim_name("staff_id", person.staff.value, Timestamp::min(), Timestamp::max());
        for (const auto& word : row.macs) {
            const auto mac = parse_mac(word);
            if (!mac || mac->group() || mac->is_zero()) {
                wrong("macs", "found '" + std::string(cut_text(word, 40)) +
                                  "'; expected a device's MAC such as 02:1a:10:00:10:01");
                continue;
            }
            person.macs.push_back(*mac);
        }
        for (const auto& user : row.radius_users) {
            // MAC authentication has the device's own name for a user: it is the device that is enrolled by it.
            const auto mac = mac_user(user);
            if (!mac) {
                person.radius_users.push_back(user);
            } else if (std::ranges::find(person.macs, *mac) == person.macs.end()) {
                person.macs.push_back(*mac);
            }
        }
        person.agent_aliases = row.agent_aliases;
        const auto notice = day(row.notice_date);
        person.notice = notice.value_or(Timestamp::min());
        person.consent = optional_day("consent_date", row.consent_date);
        person.withdrawn = optional_day("withdrawn_date", row.withdrawn_date);
        const auto until = person.withdrawn.value_or(Timestamp::max());
        for (const auto& mac : person.macs)
            claim("macs", to_string(mac), "mac " + to_string(mac), person.notice, until);
        for (const auto& user : person.radius_users) claim_name("radius_users", user, person.notice, until);
        for (const auto& alias : person.agent_aliases)
            claim_name("agent_aliases", alias, Timestamp::min(), Timestamp::max());
        if (!notice) return wrong("notice_date", notice.error());
        people_.push_back(std::move(person));
    }

    std::expected<Enrolment, RowErrors> finish()
    {
        if (people_.empty() && errors_.empty())
            errors_.push_back({file_, 0, "", "has no rows; expected at least one person, or nobody would be watched"});
        if (!errors_.empty()) return std::unexpected(std::move(errors_));
        return Enrolment(std::move(people_));
    }

  private:
    void wrong(const char* column, const std::string& text) { errors_.push_back({file_, line_, column, text}); }

    // Ids, aliases and users are names of one person, compared without case: one that is somebody's in one
    // column is nobody else's in another.
    void claim_name(const char* column, const std::string& value, Timestamp from, Timestamp until)
    {
        claim(column, value, "name " + agent_key(value), from, until);
    }

    // A phone may go from one person to another, but is nobody's two at a time.
    void claim(const char* column, const std::string& value, const std::string& key, Timestamp from, Timestamp until)
    {
        // A name of several words claims each of them: once is enough.
        const bool told = !errors_.empty() && errors_.back().line == line_ && errors_.back().column == column;
        auto& rows = claimed_[key];
        for (const auto& row : rows) {
            if (told || row.line == line_ || row.until <= from || until <= row.from) continue;
            return wrong(column, "'" + std::string(cut_text(value, 40)) + "' belongs to the row on line " +
                                     std::to_string(row.line) + " already");
        }
        rows.push_back({line_, from, until});
    }

    // Its midnight at the site. As Excel writes dates, where there is no doubt which number is the month.
    std::expected<Timestamp, std::string> day(const std::string& text) const
    {
        const auto date = parse_table_day(text, DateOrder::unknown);
        if (!date)
            return std::unexpected("found '" + std::string(cut_text(text, 40)) +
                                   "'; expected a date such as 2026-10-01");
        return local_to_utc(date->time_since_epoch(), zone_);
    }

    std::optional<Timestamp> optional_day(const char* column, const std::string& text)
    {
        if (text.empty()) return std::nullopt;
        const auto at = day(text);
        if (!at) wrong(column, at.error());
        return at ? std::optional(*at) : std::nullopt;
    }

    std::string file_;
    std::string zone_;
    std::size_t line_ = 0;
    std::vector<EnrolledPerson> people_;
    struct Claimed {
        std::size_t line = 0;
        Timestamp from;
        Timestamp until;
    };
    std::map<std::string, std::vector<Claimed>> claimed_;
    RowErrors errors_;
};

RowErrors as_row_errors(const ConfigErrors& errors)
{
    RowErrors rows;
    for (const auto& error : errors)
        rows.push_back({error.file, static_cast<std::size_t>(error.line), error.key, error.text});
    return rows;
}

}  // namespace

std::expected<Enrolment, RowErrors> assemble_enrolment(const std::string& file, const std::vector<EnrolmentRow>& rows,
                                                       const std::string& site_zone)
{
    Reader reader(file, site_zone);
    for (const auto& row : rows) reader.read(row);
    return reader.finish();
}

std::expected<EnrolmentFile, RowErrors> load_enrolment(const std::filesystem::path& file, const std::string& site_zone,
                                                       Encoding encoding)
{
    const auto name = file.string();
    const auto format = file.extension();
    std::vector<EnrolmentRow> rows;
    EnrolmentFile read;
    if (format == ".yaml" || format == ".yml") {
        auto people = read_enrolment_yaml(file);
        if (!people) return std::unexpected(as_row_errors(people.error()));
        rows = std::move(*people);
    } else {
        const auto content = read_text_file(file, encoding);
        if (!content) return std::unexpected(content.error());
        if (auto told = told_encoding(*content, name, "enrolment_encoding")) read.notes.push_back(std::move(*told));
        const auto table = CsvTable::parse(name, content->text, enrolment_columns(), enrolment_optional_columns());
        if (!table) return std::unexpected(table.error());
        rows = enrolment_rows(*table);
    }
    if (rows.empty())
        return std::unexpected(RowErrors{
            {name, 0, "", "names nobody; expected a row a person, since only enrolled devices are looked at"}});
    auto enrolment = assemble_enrolment(name, rows, site_zone);
    if (!enrolment) return std::unexpected(std::move(enrolment.error()));
    read.enrolment = std::move(*enrolment);
    return read;
}

}  // namespace breakwatch
