// What a sink is told, how severe, and what becomes of what is kept back.
#include "alerts/formats/alert_filter.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <vector>

#include "alerts/filtered_sink.hpp"
#include "alerts/formats/alert_format.hpp"
#include "policy/event_catalogue.hpp"
#include "unit/alerts/an_alert.hpp"

using namespace breakwatch;

namespace {

// Takes all at once and keeps it.
class Shelf final : public Sink {
  public:
    explicit Shelf(std::vector<Alert>& taken) : taken_(taken) {}
    const std::string& name() const override { return name_; }
    void listen(Handlers) override {}
    std::size_t window() const override { return 8; }
    void deliver(std::vector<Alert> batch, std::function<void(SinkTaken)> done) override
    {
        const auto count = std::min(batch.size(), most);
        taken_.insert(taken_.end(), batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(count));
        done({count, false});
    }
    void heartbeat(const Alert& alert) override { taken_.push_back(alert); }
    void stop() override {}
    SinkStatus status() const override
    {
        SinkStatus status;
        status.sent = taken_.size();
        return status;
    }

    std::size_t most = 8;  // of a batch

  private:
    std::string name_ = "shelf";
    std::vector<Alert>& taken_;
};

Alert numbered(std::uint64_t sequence, std::string_view code, Severity severity = Severity::notice)
{
    auto alert = test::an_alert();
    alert.sequence = sequence;
    alert.previous = sequence - 1;
    alert.code = code;
    alert.severity = severity;
    return alert;
}

}  // namespace

TEST_CASE("each key of a filter has to be met, a code by its beginning, and a heartbeat passes any")
{
    SyslogConfig sink;
    CHECK(passes(numbered(1, "BW-3003"), sink));
    sink.filter.codes = {"BW-10", "BW-3001"};
    CHECK(passes(numbered(1, "BW-1002"), sink));
    CHECK(passes(numbered(1, "BW-3001"), sink));
    CHECK_FALSE(passes(numbered(1, "BW-3003"), sink));
    sink.filter.severity = 4;
    CHECK(passes(numbered(1, "BW-1002", Severity::warning), sink));
    CHECK_FALSE(passes(numbered(1, "BW-1002", Severity::notice), sink));
    CHECK(passes(numbered(1, event::kHeartbeat.code, Severity::informational), sink));
    sink.severity = {{"BW-1002", 3}};
    CHECK(passes(numbered(1, "BW-1002", Severity::notice), sink));
}

TEST_CASE("rules are asked of events that name one")
{
    SyslogConfig sink;
    sink.filter.rules = {"post-after-call"};
    auto alert = numbered(1, "BW-1001");
    CHECK(passes(alert, sink));
    alert.fields.emplace_back("rule", "device-in-zone");
    CHECK_FALSE(passes(alert, sink));
    alert.fields.back().second = "post-after-call";
    CHECK(passes(alert, sink));
}

TEST_CASE("a sink tells the severity that its map says, in the header, too")
{
    SyslogConfig config;
    config.severity = {{"BW-1001", 2}};
    const auto bytes = alert_format("cef").write(test::an_alert(), identity_of(config)).bytes;
    CHECK(bytes.starts_with("<130>"));
    CHECK(bytes.find("|Incident raised|9|") != std::string::npos);
}

TEST_CASE(
    "what is kept back is done with and counted, is no gap to the receiver, and the heartbeat tells how much it was")
{
    boost::asio::io_context io;
    std::vector<Alert> taken;
    SyslogConfig config;
    config.filter.codes = {"BW-1"};
    const auto sink = filtered_sink(io, std::make_unique<Shelf>(taken), config);
    int done = 0;
    for (const auto& [sequence, code] :
         {std::pair{1, "BW-9002"}, {2, "BW-1001"}, {3, "BW-3003"}, {4, "BW-3001"}, {5, "BW-1002"}, {7, "BW-1003"}}) {
        sink->deliver({numbered(static_cast<std::uint64_t>(sequence), code)},
                      [&](SinkTaken each) { done += static_cast<int>(each.count); });
        io.run();
        io.restart();
    }
    CHECK(done == 6);
    REQUIRE(taken.size() == 3);
    CHECK(taken[0].previous == 0);
    CHECK(taken[1].sequence == 5);
    CHECK(taken[1].previous == 2);
    CHECK(taken[2].previous == 6);  // a real gap stays one
    sink->deliver({numbered(5, "BW-1002")}, [](SinkTaken) {});
    REQUIRE(taken.size() == 4);
    CHECK(taken[3].previous == 2);  // sent again it says the same
    sink->heartbeat(numbered(8, event::kHeartbeat.code));
    sink->heartbeat(numbered(8, "BW-3004"));
    REQUIRE(taken.size() == 5);
    CHECK(taken[4].fields.back() == std::pair<std::string, std::string>{"kept_back", "3"});
    CHECK(sink->status().kept_back == 4);
    CHECK(sink->status().sent == 5);
}

TEST_CASE("what an earlier run kept back is no gap after a restart, and is not counted again")
{
    boost::asio::io_context io;
    std::vector<Alert> taken;
    SyslogConfig config;
    config.filter.codes = {"BW-1"};
    const auto sink = filtered_sink(io, std::make_unique<Shelf>(taken), config);
    sink->recall({numbered(1, "BW-9002"), numbered(2, "BW-1001"), numbered(3, "BW-3003"), numbered(4, "BW-3001")});
    sink->deliver({numbered(5, "BW-1002")}, [](SinkTaken) {});
    REQUIRE(taken.size() == 1);
    CHECK(taken[0].previous == 2);
    CHECK(sink->status().kept_back == 0);
}

TEST_CASE("without a filter there is nothing between, and after the stop nobody is called")
{
    boost::asio::io_context io;
    std::vector<Alert> taken;
    auto shelf = std::make_unique<Shelf>(taken);
    const auto* itself = shelf.get();
    CHECK(filtered_sink(io, std::move(shelf), {}).get() == itself);
    SyslogConfig config;
    config.filter.severity = 2;
    const auto sink = filtered_sink(io, std::make_unique<Shelf>(taken), config);
    sink->deliver({numbered(1, "BW-1001")}, [](SinkTaken) { FAIL("called after the stop"); });
    sink->stop();
    io.run();
}

TEST_CASE("of a batch what was taken is told with what is kept back behind it, and what is kept back again counts once")
{
    boost::asio::io_context io;
    std::vector<Alert> taken;
    SyslogConfig config;
    config.filter.codes = {"BW-1"};
    auto shelf = std::make_unique<Shelf>(taken);
    auto* const itself = shelf.get();
    const auto sink = filtered_sink(io, std::move(shelf), config);
    const std::vector<Alert> batch{numbered(1, "BW-3001"), numbered(2, "BW-1001"), numbered(3, "BW-3001"),
                                   numbered(4, "BW-3001"), numbered(5, "BW-1002"), numbered(6, "BW-3001")};
    std::vector<std::size_t> counts;
    for (const auto most : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
        itself->most = most;
        sink->deliver(batch, [&](SinkTaken each) {
            CHECK_FALSE(each.confirmed);
            counts.push_back(each.count);
        });
    }
    CHECK(counts == std::vector<std::size_t>{1, 4, 6});
    CHECK(sink->status().kept_back == 4);
    sink->deliver({numbered(7, "BW-3001"), numbered(8, "BW-3001")}, [&](SinkTaken each) {
        CHECK(each.confirmed);
        counts.push_back(each.count);
    });
    io.run();
    CHECK(counts.back() == 2);
}
