#include "app/detect_command.hpp"

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <cstdio>
#include <expected>
#include <fstream>
#include <functional>
#include <optional>

#include "app/exchange_plot.hpp"
#include "app/exit_code.hpp"
#include "capture/capture_file.hpp"
#include "capture/sensor.hpp"
#include "config/load_config.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/activity/post_detector.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

// Seconds since 1970 with the microseconds that a double still holds.
double to_seconds(Timestamp time)
{
    return std::round(static_cast<double>(time.time_since_epoch().count()) / 1e3) / 1e6;
}

// Which devices were asked for.
class DeviceChoice {
  public:
    static std::expected<DeviceChoice, std::string> parse(const std::string& text)
    {
        DeviceChoice choice;
        choice.mac_ = parse_mac(text);
        if (!choice.mac_) choice.ip_ = parse_ip(text);
        if (!text.empty() && !choice.mac_ && !choice.ip_)
            return std::unexpected("--device: found '" + text + "'; expected a MAC or an IP address");
        return choice;
    }
    bool wants(const Device& device) const
    {
        if (mac_) return device.mac == *mac_;
        return !ip_ || device.ip == *ip_;
    }

  private:
    std::optional<MacAddress> mac_;
    std::optional<IpAddress> ip_;
};

json::object describe(const Device& device)
{
    return {{"client_mac", to_string(device.mac)}, {"client_ip", to_string(device.ip)}};
}

void print(const Finding& finding)
{
    json::object line{{"t", to_seconds(finding.at)}};
    for (auto& [key, value] : describe(finding.device)) line[key] = std::move(value);
    line["platform"] = finding.platform;
    line["kind"] = std::string(name(finding.kind));
    line["tier"] = std::string(name(finding.tier));
    line["confidence"] = std::round(finding.confidence * 1e4) / 1e4;
    line["host"] = finding.server_name;
    line["reasons"] = json::array(finding.reasons.begin(), finding.reasons.end());
    std::printf("%s\n", json::serialize(line).c_str());
}

void print_judged(const Exchange& exchange, const FeatureVector& features, double confidence, bool cannot_tell,
                  const PlatformCatalog& catalog)
{
    json::object numbers;
    for (std::size_t i = 0; i < kFeatures; ++i)
        numbers[name(static_cast<Feature>(i))] = std::round(features[i] * 1e3) / 1e3;
    json::object line{{"judged", to_seconds(exchange.up_first)}};
    for (auto& [key, value] : describe(exchange.device)) line[key] = std::move(value);
    line["platform"] = catalog.platform_name(exchange.match.platform);
    line["role"] = std::string(name(exchange.match.role));
    line["host"] = exchange.server_name;
    line["flow"] = exchange.flow;
    line["transport"] = std::string(name(exchange.transport));
    line["confidence"] = std::round(confidence * 1e4) / 1e4;
    line["cannot_tell"] = cannot_tell;
    line["features"] = std::move(numbers);
    std::printf("%s\n", json::serialize(line).c_str());
}

using ExchangeHandler = std::function<void(const Exchange&)>;
using TimeHandler = std::function<void(Timestamp)>;

// The error, if any, after everything readable was told.
std::string read_exchanges(PacketSource& source, const PlatformCatalog& catalog, const ExchangeHandler& on_exchange,
                           const TimeHandler& on_time)
{
    auto everyone = std::make_shared<DeviceFilter>();
    everyone->all = true;
    Sensor sensor(catalog, std::move(everyone), [&](Observation&& observation) {
        if (const auto* exchange = std::get_if<Exchange>(&observation)) on_exchange(*exchange);
    });
    Dissector dissector(opening_all_tunnels(), sensor);
    std::string error;
    while (error.empty()) {
        const auto state = source.next_batch(PacketSource::kBatch, [&](std::span<const Packet> packets) {
            for (const auto& packet : packets) {
                sensor.advance(packet.time);
                dissector.process(packet);
                on_time(packet.time);
            }
        });
        if (!state) error = state.error();
        if (state && *state == PacketSource::State::ended) break;
    }
    dissector.finish();
    sensor.finish();
    return error;
}

int fail(const std::string& error, int code)
{
    std::fprintf(stderr, "breakwatchd: %s\n", error.c_str());
    return code;
}

int refuse(const ConfigErrors& errors)
{
    for (const auto& error : errors) std::fprintf(stderr, "breakwatchd: %s\n", to_string(error).c_str());
    return exit_config;
}

}  // namespace

CLI::App* add_detect(CLI::App& app, DetectOptions& options)
{
    auto* command = app.add_subcommand("detect", "findings of the post detector in captures, for tuning");
    command->add_option("--platforms", options.platforms, "another platform table");
    command->add_option("--model", options.model, "other detector numbers");
    command->add_option("--device", options.device, "only this MAC or IP address");
    command->add_option("--min-confidence", options.least_confidence, "only findings this sure")
        ->check(CLI::Range(0.0, 1.0));
    command->add_flag("--explain", options.explain, "every judged exchange with its features, too");
    command->add_option("--svg", options.svg, "draw the exchanges on a time line into this file");
    command->add_option("capture", options.captures, "pcap or pcapng, - for standard input")->required();
    return command;
}

int run_detect(const DetectOptions& options)
{
    const auto choice = DeviceChoice::parse(options.device);
    if (!choice) return fail(choice.error(), exit_usage);
    const auto catalog = load_platforms(options.platforms);
    if (!catalog) return refuse(catalog.error());
    const auto model = load_detector_model(options.model);
    if (!model) return refuse(model.error());

    auto source = CaptureFiles::open(options.captures);
    if (!source) return fail(source.error(), exit_capture);
    PostDetector detector(*catalog, *model);
    std::optional<ExchangePlot> plot;
    if (!options.svg.empty()) plot.emplace(*catalog, model->alert_threshold);
    detector.set_observer(
        [&](const Exchange& exchange, const FeatureVector& features, double confidence, bool unknown) {
            if (!choice->wants(exchange.device)) return;
            if (plot) plot->add_judged(exchange, confidence, unknown);
            if (options.explain) print_judged(exchange, features, confidence, unknown, *catalog);
        });
    const auto tell = [&](const std::vector<Finding>& findings) {
        for (const auto& finding : findings) {
            if (finding.confidence < options.least_confidence || !choice->wants(finding.device)) continue;
            if (plot) plot->add(finding);
            print(finding);
        }
    };
    const auto error = read_exchanges(
        **source, *catalog,
        [&](const Exchange& exchange) {
            if (plot && choice->wants(exchange.device)) plot->add(exchange);
            tell(detector.observe(exchange));
        },
        [&](Timestamp now) { tell(detector.advance(now)); });
    tell(detector.finish());
    if (const auto complaint = complaint_of_order((*source)->counters()); !complaint.empty())
        std::fprintf(stderr, "breakwatchd: %s\n", complaint.c_str());
    if (plot && !(std::ofstream(options.svg) << plot->svg() << std::flush))
        return fail(options.svg.string() + ": cannot be written", exit_failure);
    return error.empty() ? exit_success : fail(error, exit_capture);
}

}  // namespace breakwatch
