// From segments of three flows to a platform to exchanges, features and findings: any sizes, any order,
// any clock. First octet: how each flow is spoken. Then segments: how time goes on, which flow and
// direction, how far the sequence number jumps, length on the wire, how much was captured, octets.
#include <array>
#include <cmath>

#include "flow/exchange_tracker.hpp"
#include "fuzz/exchange_promises.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/activity/post_detector.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

constexpr std::array kHosts{"api.x.example", "upload.x.example", "cdn.x.example"};

const PlatformCatalog& catalog()
{
    static const PlatformCatalog one({{"x", kHosts[0], Role::api, Tier::b, false, Surface::public_, {}, {}},
                                      {"x", kHosts[1], Role::upload, Tier::a, false, Surface::public_, {}, {}},
                                      {"x", kHosts[2], Role::cdn, Tier::b, false, Surface::both, {}, {}}});
    return one;
}

// Each feature speaks for a post, small or large, so that each is put into words.
DetectorModel talkative()
{
    DetectorModel model;
    for (std::size_t i = 0; i < kFeatures; ++i) {
        BoostedTree tree;
        tree.feature.fill(static_cast<Feature>(i));
        tree.threshold.fill(100);
        for (std::size_t node = 1; node < BoostedTree::kNodes; ++node)
            tree.value[node] = 0.1 * static_cast<double>(node);
        model.trees.push_back(tree);
    }
    model.calibration = {{-10, 0.1}, {60, 1}};
    return model;
}

struct Conversation {
    ExchangeTracker tracker;
    std::uint16_t host = 0;
    std::array<std::uint32_t, 2> next{0xffff'f000U, 1};  // one side's numbers soon begin again
};

void check(const Finding& finding)
{
    promise(finding.confidence > 0 && finding.confidence <= 1, "a confidence is a probability");
    promise(finding.platform == "x" && !finding.reasons.empty(), "a finding names its platform and says why");
    for (const auto& reason : finding.reasons) {
        promise(!reason.empty(), "a reason is in words");
        promise(reason.find(" -") == std::string::npos, "no size and no time in words is less than nothing");
    }
    promise(finding.server_wait >= Duration{0}, "waiting takes time");
}

class World {
  public:
    explicit World(std::uint8_t kinds)
    {
        detector_.set_observer([](const Exchange&, const FeatureVector& values, double confidence, bool) {
            for (const auto value : values) promise(std::isfinite(value), "a feature is a finite number");
            promise(confidence >= 0 && confidence <= 1, "a confidence is a probability");
        });
        for (std::uint16_t host = 0; host < kHosts.size(); ++host, kinds /= 3)
            conversations_.push_back({ExchangeTracker(static_cast<ExchangeTracker::Kind>(kinds % 3)), host});
    }

    void segment(std::size_t which, bool upstream, Segment segment, std::int32_t jump)
    {
        auto& conversation = conversations_[which];
        auto& next = conversation.next[upstream ? 0 : 1];
        segment.sequence = next + static_cast<std::uint32_t>(jump);
        if (jump >= 0) next = segment.sequence + segment.payload_length + ((segment.tcp_flags & 0x02U) != 0 ? 1 : 0);
        tell(conversation, conversation.tracker.observe(segment, upstream));
    }
    void advance(Timestamp now)
    {
        for (auto& conversation : conversations_) tell(conversation, conversation.tracker.advance(now));
        take(detector_.advance(now));
    }
    void finish()
    {
        for (auto& conversation : conversations_) tell(conversation, conversation.tracker.finish());
        take(detector_.finish());
        promise(detector_.counters().findings == findings_, "every finding is counted");
        promise(detector_.counters().findings <= detector_.counters().candidates, "a finding was judged");
    }

  private:
    void tell(const Conversation& conversation, const std::optional<ExchangeShape>& shape)
    {
        if (!shape) return;
        Exchange exchange;
        static_cast<ExchangeShape&>(exchange) = *shape;
        exchange.device.mac = test::mac("02:1a:10:00:10:01");
        exchange.flow = conversation.host + 1U;
        exchange.server_name = kHosts.at(conversation.host);
        exchange.match = *catalog().find(exchange.server_name);
        check_exchange(exchange);
        promise(exchange.up_bytes > 0 && exchange.largest_up <= exchange.up_bytes + kLongestRecord,
                "a burst has octets");
        take(detector_.observe(exchange));
    }
    void take(const std::vector<Finding>& findings)
    {
        for (const auto& finding : findings) check(finding);
        findings_ += findings.size();
    }

    static constexpr std::uint32_t kLongestRecord = 0xffff;  // of which more may come

    const DetectorModel model_ = talkative();
    PostDetector detector_{catalog(), model_};
    std::vector<Conversation> conversations_;
    std::uint64_t findings_ = 0;
};

Duration step_of(std::uint8_t step)
{
    if (step < 200) return std::chrono::milliseconds{step * 5};
    if (step < 240) return std::chrono::seconds{step - 200};
    if (step < 250) return std::chrono::milliseconds{(240 - step) * 50};
    return step < 253 ? std::chrono::minutes{10} : std::chrono::hours{-1};
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    ByteReader in(Bytes(data, size));
    World world(in.u8());
    Timestamp now{std::chrono::seconds{1'795'420'800}};
    while (!in.empty()) {
        now += step_of(in.u8());
        const auto what = in.u8();
        if (const std::size_t which = what & 3U; which < kHosts.size()) {
            const auto jump = static_cast<std::int8_t>(in.u8()) * 16;
            Segment segment;
            segment.time = now;
            segment.payload_length = in.u16();
            segment.tcp_flags = (what & 8U) != 0 ? 0x02 : 0x18;
            segment.payload = in.take_at_most(std::min<std::size_t>(segment.payload_length, what >> 4U));
            world.segment(which, (what & 4U) != 0, segment, jump);
        } else {
            world.advance(now);
        }
    }
    world.finish();
    return 0;
}
