#include "feeds/core/csv_table.hpp"

#include "policy/text.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "config/near_word.hpp"
#include "feeds/core/csv_records.hpp"

namespace breakwatch {

namespace {

std::string list(const std::vector<std::string>& words)
{
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : ",") + word;
    return all;
}

// The one that parts the headings: an Excel whose decimal sign is a comma writes semicolons.
char separator_of(std::string_view text, const std::vector<std::string>& known)
{
    char best = ',';
    std::ptrdiff_t most = 0;
    for (const char separator : {',', ';', '\t'}) {
        auto rest = text;
        std::size_t line = 1;
        const auto cells = take_csv_record(rest, line, separator).cells;
        const auto found = std::ranges::count_if(
            cells, [&](const auto& cell) { return std::ranges::find(known, cell) != known.end(); });
        if (found <= most) continue;
        best = separator;
        most = found;
    }
    return best;
}

bool all_empty(std::span<const std::string> cells)
{
    return std::ranges::all_of(cells, [](const std::string& cell) { return cell.empty(); });
}

// Which known column each of a heading's is, by its place among them; or everything that is wrong with it.
std::expected<std::vector<std::size_t>, RowErrors> read_heading(const std::string& name,
                                                                const std::vector<std::string>& header,
                                                                const std::vector<std::string>& columns,
                                                                const std::vector<std::string>& known)
{
    const auto meant = [&](const std::string& word) {
        return std::ranges::find(known, word) != known.end() || nearest_word(word, known);
    };
    if (std::ranges::none_of(header, meant))
        return std::unexpected(RowErrors{{name, 1, "",
                                          "none of its " + std::to_string(header.size()) +
                                              " columns is known; expected a heading with " + list(columns)}});
    RowErrors errors;
    std::vector<std::string> misspelt;  // columns meant by unknown ones
    std::vector<std::size_t> target;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto at = std::ranges::find(known, header[i]);
        target.push_back(static_cast<std::size_t>(at - known.begin()));
        if (at == known.end()) {
            const auto near = nearest_word(header[i], known);
            if (near) misspelt.push_back(*near);
            errors.push_back({name, 1, "",
                              "unknown column '" + std::string(cut_text(header[i], 40)) + "'; " +
                                  (near ? "did you mean '" + *near + "'?" : "expected " + list(known))});
        } else if (std::ranges::find(header, header[i]) - header.begin() != static_cast<std::ptrdiff_t>(i)) {
            errors.push_back({name, 1, header[i], "the column stands twice"});
        }
    }
    for (const auto& column : columns) {
        if (std::ranges::find(misspelt, column) != misspelt.end()) continue;
        if (std::ranges::find(header, column) == header.end())
            errors.push_back({name, 1, column, "the column is missing"});
    }
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return target;
}

}  // namespace

std::string to_string(const RowError& error)
{
    std::string text = error.file;
    if (error.line > 0) text += ":" + std::to_string(error.line);
    text += ": ";
    if (!error.column.empty()) text += error.column + ": ";
    return text + error.text;
}

std::expected<CsvTable, RowErrors> CsvTable::parse(const std::string& name, std::string_view text,
                                                   const std::vector<std::string>& columns,
                                                   const std::vector<std::string>& optional)
{
    auto known = columns;
    known.insert(known.end(), optional.begin(), optional.end());
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    std::size_t line = 1;
    const char separator = separator_of(text, known);
    auto header = take_csv_record(text, line, separator).cells;
    while (header.size() > 1 && header.back().empty()) header.pop_back();
    if (header.empty() || (header.size() == 1 && header[0].empty() && text.empty()))
        return std::unexpected(
            RowErrors{{name, 0, "", "is empty; expected a heading with " + list(columns) + ", and a row for each"}});
    const auto target = read_heading(name, header, columns, known);
    if (!target) return std::unexpected(target.error());

    RowErrors errors;
    CsvTable table;
    table.name_ = name;
    while (!text.empty()) {
        const auto record = take_csv_record(text, line, separator);
        if (all_empty(record.cells)) continue;
        if (record.open_quote) {
            errors.push_back({name, record.line, "", "a quote is opened and never closed"});
        } else if (record.cells.size() < header.size() || !all_empty(std::span(record.cells).subspan(header.size()))) {
            errors.push_back(
                {name, record.line, "",
                 "has " + std::to_string(record.cells.size()) + " fields; expected " + std::to_string(header.size())});
        } else {
            Row row{record.line, std::vector<std::string>(known.size())};
            for (std::size_t i = 0; i < header.size(); ++i) row.cells[(*target)[i]] = record.cells[i];
            table.rows_.push_back(std::move(row));
        }
    }
    if (!errors.empty()) return std::unexpected(errors);
    return table;
}

}  // namespace breakwatch
