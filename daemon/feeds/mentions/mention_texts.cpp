#include "feeds/mentions/mention_texts.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "feeds/calls/mapped/json_records.hpp"
#include "feeds/core/csv_records.hpp"
#include "feeds/people/folded_word.hpp"

namespace breakwatch {

namespace {

struct FieldPlace {
    std::string MentionFields::* name;
    std::string MentionTexts::* text;
    bool needed;
};
constexpr std::array kPlaces{
    FieldPlace{&MentionFields::platform, &MentionTexts::platform, true},
    FieldPlace{&MentionFields::at, &MentionTexts::at, true},
    FieldPlace{&MentionFields::within, &MentionTexts::within, false},
    FieldPlace{&MentionFields::reference, &MentionTexts::reference, true},
    FieldPlace{&MentionFields::about_us, &MentionTexts::about_us, false},
    FieldPlace{&MentionFields::contact, &MentionTexts::contact, false},
};

// A member's plain name, as the pointer that leads to it.
std::string pointer_of(const std::string& name)
{
    if (name.starts_with('/')) return name;
    std::string pointer = "/";
    for (const char c : name) pointer += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return pointer;
}

std::vector<std::string> cells_of(std::string_view row, char separator)
{
    std::size_t line = 1;
    return take_csv_record(row, line, separator).cells;
}

// Without case and width, in which a name may take three octets a letter; longer cells are not looked at.
std::optional<std::size_t> column_of(const std::vector<std::string>& heading, const std::string& name)
{
    const auto wanted = folded_word(name);
    const auto at = std::ranges::find_if(
        heading, [&](const auto& cell) { return cell.size() <= 3 * name.size() + 16 && folded_word(cell) == wanted; });
    if (at == heading.end()) return std::nullopt;
    return static_cast<std::size_t>(at - heading.begin());
}

}  // namespace

MentionTexts mention_texts_of(const boost::json::value& record, const MentionFields& fields)
{
    const JsonPlace place{{&record}};
    MentionTexts texts;
    for (const auto& each : kPlaces) texts.*each.text = text_at(place, pointer_of(fields.*each.name));
    return texts;
}

std::string MentionTable::expected_columns() const
{
    return "expected a first row with the columns " + fields_.platform + ", " + fields_.at + " and " +
           fields_.reference;
}

// None: it is no heading, since one of the columns that are needed is missing.
std::optional<char> MentionTable::heading_separator(std::string_view row) const
{
    for (const char separator : {',', ';', '\t'}) {
        const auto cells = cells_of(row, separator);
        const bool all = std::ranges::all_of(
            kPlaces, [&](const auto& each) { return !each.needed || column_of(cells, fields_.*each.name); });
        if (all) return separator;
    }
    return std::nullopt;
}

std::expected<void, std::string> MentionTable::read_heading(std::string_view row, char separator)
{
    const MentionFields usual;
    const auto cells = cells_of(row, separator);
    columns_ = 0;
    for (std::size_t i = 0; i < kFields; ++i) {
        const auto& name = fields_.*kPlaces[i].name;
        places_[i] = column_of(cells, name);
        // Who names a column of his own means it: without it, posts about others would be taken for ours.
        if (!places_[i] && name != usual.*kPlaces[i].name)
            return std::unexpected("the heading has no column '" + name + "', which the configuration names");
    }
    columns_ = cells.size();
    separator_ = separator;
    return {};
}

std::expected<std::optional<MentionTexts>, std::string> MentionTable::read(std::string_view row)
{
    static_assert(kPlaces.size() == kFields);
    if (row.find_first_not_of(" \t\r\n,;\"") == std::string_view::npos) return std::nullopt;
    if (const auto separator = heading_separator(row)) {
        if (const auto read = read_heading(row, *separator); !read) return std::unexpected(read.error());
        return std::nullopt;
    }
    if (columns_ == 0) return std::unexpected(expected_columns());
    std::size_t line = 1;
    auto rest = row;
    auto record = take_csv_record(rest, line, separator_);
    if (record.open_quote) return std::unexpected("a quote is opened and never closed");
    const auto& cells = record.cells;
    const bool more = cells.size() > columns_ && std::ranges::any_of(std::span(cells).subspan(columns_),
                                                                     [](const auto& cell) { return !cell.empty(); });
    if (cells.size() < columns_ || more)
        return std::unexpected("has " + std::to_string(cells.size()) + " fields; expected " + std::to_string(columns_));
    MentionTexts texts;
    for (std::size_t i = 0; i < kFields; ++i) {
        if (places_[i]) texts.*kPlaces[i].text = std::move(record.cells[*places_[i]]);
    }
    return texts;
}

}  // namespace breakwatch
