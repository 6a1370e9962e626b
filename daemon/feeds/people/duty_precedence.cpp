#include "feeds/people/duty_precedence.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace breakwatch {

namespace {

struct Span {
    Timestamp start;
    Timestamp end;
};
using Spans = std::vector<Span>;

auto content(const RosterRow& row)
{
    return std::tuple(row.interval.start, row.interval.end, row.interval.activity);
}

// Exports repeat what others said.
void drop_repeats(RosterRows& rows)
{
    std::ranges::sort(rows, {}, [](const RosterRow& row) { return std::tuple(content(row), row.file, row.line); });
    const auto repeated = std::ranges::unique(rows, {}, content);
    rows.erase(repeated.begin(), repeated.end());
}

Spans joined(Spans spans)
{
    std::ranges::sort(spans, {}, &Span::start);
    Spans whole;
    for (const auto& span : spans) {
        if (!whole.empty() && span.start <= whole.back().end) {
            whole.back().end = std::max(whole.back().end, span.end);
        } else {
            whole.push_back(span);
        }
    }
    return whole;
}

// What is left of the span; `cut` is in order and disjoint.
Spans without(Span span, const Spans& cut)
{
    Spans left;
    auto at = std::ranges::upper_bound(cut, span.start, {}, &Span::end);
    for (; at != cut.end() && at->start < span.end; ++at) {
        if (span.start < at->start) left.push_back({span.start, at->start});
        span.start = std::max(span.start, at->end);
    }
    if (span.start < span.end) left.push_back(span);
    return left;
}

template <typename Pick>
Spans spans_of(const RosterRows& rows, Pick pick)
{
    Spans spans;
    for (const auto& row : rows) {
        if (pick(row.interval.activity)) spans.push_back({row.interval.start, row.interval.end});
    }
    return joined(std::move(spans));
}

void add(const RosterRow& row, const Spans& pieces, SettledDuty& settled)
{
    for (const auto& piece : pieces) {
        auto interval = row.interval;
        interval.start = piece.start;
        interval.end = piece.end;
        settled.intervals.push_back(std::move(interval));
    }
}

bool contradict(const DutyInterval& earlier, const DutyInterval& later)
{
    return earlier.start < later.start && later.start < earlier.end && earlier.end < later.end;
}

RosterRow unknown_of(const RosterRow& row, Timestamp from, Timestamp to)
{
    return {row.agent, {row.interval.staff, from, to, DutyActivity::unknown, ""}, row.file, row.line};
}

// Of two shifts that contradict each other what both say is left; what only one of them says is handed back as
// unknown. Rows are by start.
RosterRows settle_contradictions(RosterRows& rows, RowErrors& told)
{
    RosterRows unknown;
    RosterRow* latest = nullptr;  // the shift that ends last so far
    for (auto& row : rows) {
        if (row.interval.activity != DutyActivity::shift) continue;
        if (latest == nullptr || !contradict(latest->interval, row.interval)) {
            if (latest == nullptr || row.interval.end > latest->interval.end) latest = &row;
            continue;
        }
        told.push_back({row.file, row.line, "start",
                        "overlaps with the shift of the same person at " + latest->file + ":" +
                            std::to_string(latest->line) + ", and neither lies inside the other"});
        unknown.push_back(unknown_of(row, latest->interval.start, row.interval.start));
        unknown.push_back(unknown_of(row, latest->interval.end, row.interval.end));
        latest->interval.start = row.interval.start;
        row.interval.end = latest->interval.end;
        latest = &row;
    }
    return unknown;
}

}  // namespace

SettledDuty settle_duty(RosterRows rows)
{
    SettledDuty settled;
    drop_repeats(rows);
    const auto off = spans_of(rows, [](DutyActivity each) { return each == DutyActivity::off; });
    auto unknown = settle_contradictions(rows, settled.contradictions);
    rows.insert(rows.end(), std::make_move_iterator(unknown.begin()), std::make_move_iterator(unknown.end()));
    drop_repeats(rows);
    const auto known = spans_of(rows, [](DutyActivity each) { return each != DutyActivity::unknown; });
    for (const auto& row : rows) {
        const Span whole{row.interval.start, row.interval.end};
        if (row.interval.activity == DutyActivity::off) {
            add(row, {whole}, settled);
        } else {
            add(row, without(whole, row.interval.activity == DutyActivity::unknown ? known : off), settled);
        }
    }
    return settled;
}

}  // namespace breakwatch
