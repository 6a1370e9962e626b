#include "feeds/calls/mapped/mapped_record.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "feeds/calls/core/call_statement.hpp"
#include "feeds/calls/mapped/json_records.hpp"

namespace breakwatch {

namespace {

using Shape = CallMapping::Shape;

constexpr std::size_t kMostCells = 1000;

std::string trimmed(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(kSpace) - first + 1));
}

// RFC 4180, of one line. None: a quote that is never closed.
std::optional<std::vector<std::string>> cells_of(std::string_view line, char separator)
{
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted) {
            if (c != '"') {
                cells.back() += c;
            } else if (i + 1 < line.size() && line[i + 1] == '"') {
                cells.back() += line[++i];
            } else {
                quoted = false;
            }
        } else if (c == '"' && cells.back().empty()) {
            quoted = true;
        } else if (c == separator) {
            if (cells.size() == kMostCells) return std::nullopt;
            cells.emplace_back();
        } else {
            cells.back() += c;
        }
    }
    if (quoted) return std::nullopt;
    for (auto& cell : cells) cell = trimmed(cell);
    return cells;
}

bool all_there(const FieldTemplate& parts, const std::vector<std::string>& names)
{
    return std::ranges::all_of(parts, [&](const FieldPart& part) {
        return !part.reference || std::ranges::find(names, part.text) != names.end();
    });
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string form_decoded(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded =
            text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (coded) {
            plain += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            plain += text[i] == '+' ? ' ' : text[i];
        }
    }
    return plain;
}

}  // namespace

std::string form_value(std::string_view form, std::string_view name)
{
    while (!form.empty()) {
        const auto pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(form.size(), pair.size() + 1));
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || form_decoded(pair.substr(0, equals)) != name) continue;
        return form_decoded(pair.substr(equals + 1));
    }
    return {};
}

RecordReader::RecordReader(std::shared_ptr<const CallMapping> mapping)
    : mapping_(std::move(mapping)), form_text_(mapping_->encoding), columns_(mapping_->columns)
{
    for (const auto& pattern : mapping_->patterns) {
        if (auto made = SafePattern::make(pattern)) patterns_.push_back(std::move(*made));
    }
}

void RecordReader::read(std::string_view text, const TakeFields& take)
{
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
    if (mapping_->shape == Shape::json) return read_json(text, take);
    if (mapping_->shape == Shape::form) {
        if (!text.contains('=')) return take(std::unexpected("expected a form: name=value&name=value"));
        const auto form = trimmed(text);
        // What the percent signs stand for are octets of the sender's encoding.
        return take(
            [this, &form](std::string_view name) { return trimmed(form_text_.decode(form_value(form, name)).text); });
    }
    read_lines(text, take);
}

void RecordReader::read_json(std::string_view text, const TakeFields& take)
{
    std::size_t count = 0;
    const auto error = for_each_json_record(text, mapping_->records, [&](const JsonPlace& place) {
        if (++count > kMostRecords) return;
        take([&place](std::string_view pointer) { return trimmed(text_at(place, pointer)); });
    });
    if (!error.empty()) take(std::unexpected(error));
    if (count > kMostRecords) take(std::unexpected("more than 100,000 records at once; the rest is left out"));
}

void RecordReader::read_lines(std::string_view text, const TakeFields& take)
{
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        while (line.ends_with('\r') || line.ends_with('\0')) line.remove_suffix(1);
        while (line.starts_with('\0')) line.remove_prefix(1);
        if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
        if (line.size() > kLongestCallRecord) {
            take(std::unexpected("longer than 64 KiB; expected one record on a line"));
        } else {
            read_line(line, take);
        }
    }
}

void RecordReader::read_line(std::string_view line, const TakeFields& take)
{
    if (mapping_->shape == Shape::csv) return read_row(line, take);
    if (mapping_->shape == Shape::pattern) return read_pattern(line, take);
    take([this, line](std::string_view name) {
        const auto column = mapping_->fixed.find(std::string(name));
        if (column == mapping_->fixed.end() || column->second.at >= line.size()) return std::string();
        return trimmed(line.substr(column->second.at, column->second.length));
    });
}

void RecordReader::read_pattern(std::string_view line, const TakeFields& take) const
{
    std::vector<std::string_view> values;
    for (const auto& pattern : patterns_) {
        if (!pattern.match(line, values)) continue;
        return take([&pattern, &values](std::string_view name) {
            const auto& names = pattern.groups();
            const auto found = std::ranges::find(names, name);
            return found == names.end() ? std::string()
                                        : trimmed(values[static_cast<std::size_t>(found - names.begin())]);
        });
    }
    take(std::unexpected("a line that none of the patterns describes"));
}

// Enough to know whose contact it is and what the conditions ask for; what else is missing is just not there.
bool RecordReader::can_be_read_with(const std::vector<std::string>& names) const
{
    return std::ranges::all_of(mapping_->events, [&](const MappedEvent& event) {
        const bool asked =
            std::ranges::all_of(event.when, [&](const MappedCondition& each) { return all_there(each.field, names); });
        const auto& agent = event.fields.agent.from;
        return asked &&
               (agent.empty() || std::ranges::any_of(agent, [&](const auto& each) { return all_there(each, names); }));
    });
}

bool RecordReader::is_heading(const std::vector<std::string>& cells) const
{
    if (!mapping_->columns.empty()) return cells == mapping_->columns;
    return cells == columns_ || can_be_read_with(cells);
}

void RecordReader::read_row(std::string_view line, const TakeFields& take)
{
    auto cells = cells_of(line, mapping_->separator);
    if (!cells)
        return take(std::unexpected("a quote that is opened and not closed on its line, or more than 1000 fields"));
    if (is_heading(*cells)) {
        columns_ = std::move(*cells);
        return;
    }
    if (columns_.empty())
        return take(
            std::unexpected("expected a first line with the columns that the mapping " + mapping_->name + " names"));
    // Systems add fields at the end from one version to the next; where a heading names them, none is without.
    const bool more = !mapping_->columns.empty() && cells->size() > columns_.size();
    if (cells->size() != columns_.size() && !more) {
        return take(std::unexpected("has " + std::to_string(cells->size()) + " fields; expected " +
                                    std::to_string(columns_.size())));
    }
    take([&](std::string_view name) {
        const auto found = std::ranges::find(columns_, name);
        return found == columns_.end() ? std::string() : (*cells)[static_cast<std::size_t>(found - columns_.begin())];
    });
}

}  // namespace breakwatch
