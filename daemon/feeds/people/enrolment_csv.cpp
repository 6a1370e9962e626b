#include "feeds/people/enrolment_csv.hpp"

#include <algorithm>

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

bool has_digit(std::string_view word)
{
    return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// Names of agents may hold blanks ("Anna Berg"), so that ';' separates. Without one the whole is a name; where blanks
// stand between ids ("1001 1002"), each is one as well.
std::vector<std::string> split_names(std::string_view text)
{
    if (text.find(';') == std::string_view::npos) {
        auto ids = split(text);
        if (ids.size() < 2) return ids;
        std::erase_if(ids, [](const std::string& word) { return !has_digit(word); });
        ids.emplace_back(text);
        return ids;
    }
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

std::vector<EnrolmentRow> enrolment_rows(const CsvTable& table)
{
    std::vector<EnrolmentRow> rows;
    for (const auto& row : table.rows()) {
        rows.push_back({row.line, row.cells[kStaff], split(row.cells[kMacs]), split(row.cells[kUsers]),
                        split_names(row.cells[kAliases]), row.cells[kNotice], row.cells[kConsent],
                        row.cells[kWithdrawn]});
    }
    return rows;
}

}  // namespace breakwatch
