// Records by a mapping: the first octet chooses which, the rest is a document or lines.
#include <array>
#include <memory>

#include "config/load_call_mapping.hpp"
#include "feeds/calls/mapped/mapped_calls.hpp"
#include "feeds/calls/mapped/safe_pattern.hpp"
#include "feeds/calls/poll/poll_pages.hpp"
#include "fuzz/call_statements.hpp"

namespace {

using namespace breakwatch;

std::shared_ptr<const CallMapping> preset(const char* name)
{
    return std::make_shared<const CallMapping>(load_call_preset(name, pattern_groups).value());
}

std::shared_ptr<const CallMapping> pattern()
{
    return std::make_shared<const CallMapping>(parse_call_mapping("pattern", R"(record: pattern
patterns: ['(?P<at>\S+) (?P<agent>\w+) ?(?P<id>.*)', '(?P<at>[^,]*),(?P<agent>.*)']
time_formats: [rfc3339, epoch-s, epoch-ms, "%d %b %y %I:%M:%S.%f %p %z", "%Y%j%H"]
durations: "h:mm:ss"
fields: {agent: agent, id: [id, at], at: at, started_at: at, total: id, talk: id, reason: id}
events: [{says: [pause, end], when: [{field: id, given: true}]}, {says: contact}]
)",
                                                                  pattern_groups)
                                                   .value());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const std::array kMappings{preset("zendesk-talk-legs"), preset("zoom-phone"),
                                      preset("five9-call-log"),    preset("biztel-call-history"),
                                      preset("avaya-cm-cdr"),      preset("twilio-events"),
                                      preset("twilio-taskrouter"), pattern()};
    if (size == 0) return 0;
    const auto text = breakwatch::as_text(Bytes(data, size).subspan(1));
    MappedCalls calls(kMappings[data[0] % kMappings.size()], "Asia/Tokyo");
    for (const auto& each : calls.read(text)) {
        if (each) {
            fuzz::check(*each);
        } else {
            fuzz::promise(!each.error().empty() && each.error().size() < 600, "a refusal says why, briefly");
        }
    }
    (void)next_link(text);
    (void)parse_https_url(text);
    return 0;
}
