#include "app/exchange_plot.hpp"

#include <doctest/doctest.h>

#include "support/shipped_platforms.hpp"

namespace breakwatch {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart = *parse_rfc3339("2026-11-24T09:00:00Z");

Exchange exchange_of(std::uint8_t phone, Duration after)
{
    Exchange exchange;
    exchange.device.mac = {{0x02, 0, 0, 0, 0, phone}};
    exchange.up_first = exchange.up_last = kStart + after;
    exchange.up_bytes = 900;
    exchange.down_bytes = 40'000;
    return exchange;
}

std::size_t count(const std::string& text, const std::string& what)
{
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("a plot shows exchanges and judgements, and as found only what reaches the alert threshold")
{
    const PlatformCatalog catalog(test::shipped_platform_rows());
    ExchangePlot plot(catalog, 0.6);
    for (int i = 0; i < 3; ++i) plot.add(exchange_of(1, i * 10s));
    plot.add_judged(exchange_of(1, 10s), 0.9, false);
    plot.add_judged(exchange_of(1, 20s), 0, true);
    Finding finding;
    finding.device.mac = exchange_of(1, 0s).device.mac;
    finding.at = kStart + 10s;
    finding.confidence = 0.9;
    plot.add(finding);
    finding.confidence = 0.5;
    plot.add(finding);
    const auto svg = plot.svg();
    CHECK(svg.starts_with("<svg "));
    CHECK(svg.ends_with("</svg>\n"));
    CHECK(svg.find("02:00:00:00:00:01") != std::string::npos);
    CHECK(count(svg, "fill-opacity") == 3);
    CHECK(count(svg, "class='judged'") == 1);
    CHECK(count(svg, "class='unknown'") == 1);
    CHECK(count(svg, "text_post 0.90") == 1);
    CHECK(count(svg, "text_post 0.50") == 0);
    CHECK(svg.find("09:00:10") != std::string::npos);
}

TEST_CASE("a plot of more devices than it has room for says so")
{
    const PlatformCatalog catalog(test::shipped_platform_rows());
    ExchangePlot plot(catalog, 0.6);
    for (std::size_t i = 0; i <= ExchangePlot::kDevices; ++i) plot.add(exchange_of(static_cast<std::uint8_t>(i), 0s));
    CHECK(count(plot.svg(), "class='title'") == ExchangePlot::kDevices);
    CHECK(plot.svg().find("left out") != std::string::npos);
}

TEST_CASE("a plot of nothing is a drawing still")
{
    const PlatformCatalog catalog(test::shipped_platform_rows());
    CHECK(ExchangePlot(catalog, 0.6).svg().ends_with("</svg>\n"));
}

}  // namespace breakwatch
