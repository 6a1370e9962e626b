// `breakwatch emit-samples`: each kind of event, as a format has it or to a destination, and never into the evidence.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "policy/event_catalogue.hpp"
#include "unit/cli/state_folder.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

// A receiver by UDP on loopback.
class Mailbox {
  public:
    Mailbox() : socket_(::socket(AF_INET, SOCK_DGRAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
    }
    ~Mailbox() { ::close(socket_); }
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    int port() const { return port_; }
    std::vector<std::string> letters() const
    {
        std::vector<std::string> all;
        std::array<char, 65'536> octets{};
        for (ssize_t got = 0; (got = ::recv(socket_, octets.data(), octets.size(), MSG_DONTWAIT)) > 0;)
            all.emplace_back(octets.data(), static_cast<std::size_t>(got));
        return all;
    }

  private:
    int socket_;
    int port_ = 0;
};

std::vector<std::string> lines(const std::string& text)
{
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

}  // namespace

TEST_CASE("samples are printed, each kind of event in turn, each marked, as the format and the header have it")
{
    const auto cef = tool({"emit-samples", "--format", "cef", "--header", "rfc3164"});
    CHECK(cef.exit_code == tool_success);
    const auto samples = lines(cef.out);
    REQUIRE(samples.size() == kEvents.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
        CHECK(contains(samples[i], "|" + std::string(kEvents.at(i).code) + "|"));
        CHECK(contains(samples[i], " bwSample=1 "));
        CHECK(contains(samples[i], " breakwatch: CEF:0|"));
    }
    CHECK(lines(tool({"emit-samples", "--count", "30"}).out).size() == 30);
    const auto wrong = tool({"emit-samples", "--format", "xml"});
    CHECK(wrong.exit_code == tool_usage);
    CHECK(contains(wrong.err, "--format: found 'xml'; expected one of rfc5424, json, cef, leef, ecs, ocsf"));
}

TEST_CASE(
    "samples that are sent come as their destination is configured, are in no outbox, and the audit trail has who sent "
    "them")
{
    const StateFolder state;
    state.fill();
    const auto before = state.open()->backlog("siem");
    const Mailbox siem;
    const auto config = state.path() / "breakwatch.yaml";
    std::ofstream(config) << "syslog:\n  - {name: siem, transport: udp, port: " << siem.port()
                          << ", host: 127.0.0.1, format: leef, hostname: bw01}\n";
    const auto sent = tool({"emit-samples", "--to", "siem", "--count", "30", "--config", config.string(), "--state",
                            state.path().string()});
    CAPTURE(sent.err);
    CHECK(sent.exit_code == tool_success);
    CHECK(contains(sent.out, "30 samples sent to siem; recorded in the audit trail"));
    const auto letters = siem.letters();
    CHECK(letters.size() == 30);
    for (const auto& letter : letters) CHECK(contains(letter, "\tsample=1\t"));

    const auto file = CaseFile::open(state.path());
    REQUIRE(file);
    const auto audit = file->audit().value();
    REQUIRE(std::ranges::count(audit, "samples-sent", &AuditEntry::action) == 1);
    CHECK(audit.back().subject == "siem");
    CHECK_FALSE(audit.back().who.empty());
    CHECK(file->verify()->wrong.empty());
    // What is owed besides is the word that samples were sent.
    CHECK(state.open()->backlog("siem") == before + 1);
}

TEST_CASE("samples go nowhere where there is no such destination, no store, or nobody who listens")
{
    const StateFolder state;
    state.fill();
    const auto config = state.path() / "breakwatch.yaml";
    std::ofstream(config) << "syslog:\n  - {name: siem, transport: local, path: " << (state.path() / "none").string()
                          << "}\n";
    const auto to = [&](const std::string& name, const std::filesystem::path& folder) {
        return tool({"emit-samples", "--to", name, "--config", config.string(), "--state", folder.string()});
    };
    CHECK(to("seim", state.path()).exit_code == tool_usage);
    CHECK(to("siem", state.path() / "no-store").exit_code == tool_failure);
    std::ofstream(config) << "syslog:\n  - {name: siem, transport: tpc}\n";
    const auto misspelt = to("siem", state.path());
    CHECK(misspelt.exit_code == tool_failure);
    CHECK(misspelt.err.find("transport: found 'tpc'; expected one of local, udp, tcp, tls") != std::string::npos);
    CHECK(CaseFile::open(state.path())->audit()->empty());
}
