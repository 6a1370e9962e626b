// `breakwatch test-destination`: what a destination answers, before an alert has to find out.
#include <doctest/doctest.h>

#include "unit/alerts/tls_receiver.hpp"
#include "unit/cli/state_folder.hpp"

#include <thread>

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

Outcome test_destination(const StateFolder& state, const std::string& sink, const std::string& name = "siem")
{
    const auto config = state.path() / "breakwatch.yaml";
    std::ofstream(config) << "syslog:\n  - {name: siem, " << sink << "}\n";
    return tool({"test-destination", name, "--config", config.string(), "--state", state.path().string()});
}

// A loop of its own, since the command waits.
class Beside {
  public:
    explicit Beside(boost::asio::io_context& io) : io_(io), thread_([this] { io_.run_for(std::chrono::seconds{20}); })
    {}
    ~Beside()
    {
        io_.stop();
        thread_.join();
    }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;

  private:
    boost::asio::io_context& io_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("a destination that acknowledges says so, the sample is marked, and the audit trail has who sent it")
{
    const StateFolder state;
    state.fill();
    const auto log = state.path() / "alerts.log";
    const auto done = test_destination(state, "transport: file, format: json, path: " + log.string());
    CAPTURE(done.err);
    CHECK(done.exit_code == tool_success);
    CHECK(done.out ==
          "siem: file to " + log.string() +
              "\nconnected\nsent one sample, BW-4004 in format json, which bears `sample`\nacknowledged: it "
              "has it\nrecorded in the audit trail\n");
    std::ifstream in(log);
    std::string line;
    REQUIRE(std::getline(in, line));
    CHECK(contains(line, "\"sample\":true"));
    CHECK(contains(tool({"audit", "--state", state.path().string()}).out, "a test of the destination"));
}

TEST_CASE("by TLS it says what was agreed, whose certificate it is, by whom, and how long it lasts")
{
    const StateFolder state;
    boost::asio::io_context io;
    TlsReceiver receiver(io, "good");
    const Beside beside(io);
    const auto destination = [&](const char* authority) {
        return "transport: tls, port: " + std::to_string(receiver.port()) +
               ", tls: {ca: " + (certificates() / authority).string() + "}";
    };
    const auto done = test_destination(state, destination("ca.pem"));
    CAPTURE(done.err);
    CHECK(done.exit_code == tool_success);
    CHECK(contains(done.out, "TLS: TLSv1.3, TLS_"));
    CHECK(contains(done.out, "receiver's certificate: "));
    CHECK(contains(done.out, ", issued by /CN=ca\n"));
    CHECK(contains(done.out, " days"));
    CHECK(contains(done.out, "written: by tls nobody says that it has it; look for it in the SIEM\n"));
    const auto refused = test_destination(state, destination("other-ca.pem"));
    CHECK(refused.exit_code == tool_failure);
    CHECK(refused.err == "not connected: TLS: the certificate is of a CA that is not trusted here: /CN=ca\n");
}

TEST_CASE("one where nobody listens, and one that is not configured, are said to be so")
{
    const StateFolder state;
    const auto dead = test_destination(state, "transport: tcp, port: " + std::to_string(free_port()));
    CHECK(dead.exit_code == tool_failure);
    CHECK(dead.err == "not connected: connection refused\n");
    CHECK(dead.out.starts_with("siem: tcp to 127.0.0.1:"));
    const auto unknown = test_destination(state, "transport: tcp", "archive");
    CHECK(unknown.exit_code == tool_usage);
    CHECK(contains(unknown.err, "no destination 'archive'"));
    CHECK(contains(unknown.err, "expected one of siem"));
}
