#include "cli/watch_setup.hpp"

#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "cli/operator_name.hpp"
#include "config/load_config.hpp"
#include "config/read_values.hpp"
#include "feeds/people/enrolment_file.hpp"
#include "learn/recording.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

constexpr std::array<std::string_view, 4> kLabels{"text_post", "media_post", "story", kBrowseOnly};

struct VolunteersDevice {
    MacAddress mac;
    StaffId owner;
};

std::expected<VolunteersDevice, Outcome> enrolled_device(const std::string& text, const Config& config)
{
    const auto device = parse_mac(text);
    if (!device || device->is_zero() || device->group())
        return std::unexpected(
            failed("--device: found '" + text + "'; expected the MAC address of a device", tool_usage));
    const auto enrolment = load_enrolment(config.enrolment, config.site.time_zone, config.enrolment_encoding);
    if (!enrolment) return std::unexpected(failed(lines_of(enrolment.error())));
    const auto* owner = enrolment->enrolment.by_mac(*device, wall_clock());
    if (owner == nullptr)
        return std::unexpected(failed(to_string(*device) + " is no device of anybody who is enrolled now by " +
                                          config.enrolment.string() + "; only a volunteer's enrolled device is watched",
                                      tool_not_found));
    return VolunteersDevice{*device, owner->staff};
}

}  // namespace

std::expected<WatchSetup, Outcome> prepare_watch(const WatchOptions& options)
{
    const auto config = load_config(options.config);
    if (!config) return std::unexpected(failed(lines_of(config.error())));
    auto catalog = load_platforms(options.platforms.empty() ? config->platforms : options.platforms);
    if (!catalog) return std::unexpected(failed(lines_of(catalog.error())));
    if (!catalog->platform_index(options.platform))
        return std::unexpected(
            failed("--platform: found '" + options.platform + "'; expected a platform of the table", tool_usage));
    if (std::ranges::find(kLabels, options.label) == kLabels.end())
        return std::unexpected(
            failed("--label: found '" + options.label + "'; expected text_post, media_post, story or browse_only",
                   tool_usage));
    const auto device = enrolled_device(options.device, *config);
    if (!device) return std::unexpected(device.error());
    const auto& configured = config->capture.interfaces;
    if (options.interface.empty() && configured.size() != 1)
        return std::unexpected(
            failed(configured.empty() ? "no interface: expected -i, or capture.interface in " + options.config.string()
                                      : "several interfaces: expected -i, and one of " + listed(configured),
                   tool_usage));
    LiveSettings capture{options.interface.empty() ? configured.front() : options.interface, config->capture.snaplen,
                         config->capture.ring_mib, config->capture.promiscuous, config->capture.filter};
    return WatchSetup{std::move(capture),  device->mac,      device->owner,   config->state_directory,
                      std::move(*catalog), config->detector, config->measured};
}

std::string record_in_audit_trail(const WatchSetup& setup, const WatchOptions& options)
{
    const auto key = IdentityKey::open(setup.state / "identity.key");
    if (!key)
        return key.error() + "; a volunteer is watched by root or the daemon's user, after the service has run once";
    auto file = CaseFile::open(setup.state);
    if (!file) return file.error();
    const OpeningRequest request{operator_name(), "calibration of " + options.platform + ", " + options.label,
                                 wall_clock()};
    const auto recorded = file->record_watch(key->pseudonym(setup.volunteer), request);
    return recorded ? "" : recorded.error();
}

}  // namespace breakwatch
