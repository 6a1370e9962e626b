#include "app/metrics_page.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <variant>

#include "app/capture_stage.hpp"
#include "app/status_figures.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

// Families in the order of their first figures, as the format wants all of one name together.
class MetricsBook {
  public:
    // `whose`: what the figures are of.
    void add(const Figures& figures, const Figure::Labels& whose = {})
    {
        for (const auto& figure : figures) add(figure, whose);
    }
    std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

  private:
    static double number(const Figure::Value& value)
    {
        return std::visit(
            []<typename Kind>(const Kind& each) {
                if constexpr (std::is_same_v<Kind, std::monostate>)
                    return 0.0;
                else
                    return static_cast<double>(each);
            },
            value);
    }

    void add(const Figure& figure, const Figure::Labels& whose)
    {
        if (std::holds_alternative<std::monostate>(figure.value)) return;
        const bool level = figure.kind == CounterKind::level;
        const auto name = "breakwatch_" + figure.metric + (level ? "" : "_total");
        const auto [at, fresh] = places_.try_emplace(name, families_.size());
        if (fresh) {
            const auto type = level ? prometheus::MetricType::Gauge : prometheus::MetricType::Counter;
            families_.push_back({name, figure.meaning, type, {}});
        }
        auto& metric = families_[at->second].metric.emplace_back();
        for (const auto& labels : {whose, figure.labels}) {
            for (const auto& [label, value] : labels) metric.label.push_back({label, clean_text(value)});
        }
        (level ? metric.gauge.value : metric.counter.value) = number(figure.value);
    }

    std::vector<prometheus::MetricFamily> families_;
    std::map<std::string, std::size_t> places_;
};

}  // namespace

std::string metrics_page(const DaemonStatus& status)
{
    MetricsBook book;
    book.add({{"version", "build_info", CounterKind::level, "always 1", std::uint64_t{1}}},
             {{"version", BREAKWATCH_VERSION}});
    book.add(figures_of_all(status));
    for (const auto& capture : status.captures) book.add(figures_of(capture), {{"interface", capture.interface}});
    const auto all = total(status.captures);
    book.add(figures_of(all.decode));
    book.add(figures_of(all.sensor));
    book.add(figures_of(status.engine));
    for (const auto& [platform, counters] : status.platforms) book.add(figures_of(counters), {{"platform", platform}});
    book.add(figures_of(status.memory));
    for (const auto& table : status.memory.tables) book.add(figures_of(table), {{"table", std::string(table.name())}});
    for (const auto& feed : status.feeds) book.add(figures_of(feed, status.now), {{"feed", feed.name}});
    for (const auto& sink : status.sinks)
        book.add(figures_of(sink, backlog_of(status, sink.name), status.now), {{"sink", sink.name}});
    book.add(figures_of_store(status));
    for (const auto& [kind, count] : status.recorded)
        book.add(figures_of_recorded(count), {{"code", kind.first}, {"rule", kind.second}});
    return book.text();
}

}  // namespace breakwatch
