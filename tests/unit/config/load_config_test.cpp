// The configuration file: what is right is read, and all that is wrong is told at once with its place.
#include "config/load_config.hpp"

#include <doctest/doctest.h>

#include "config/yaml_reader.hpp"
#include "support/temporary_folder.hpp"

using namespace breakwatch;
using test::TemporaryFolder;

namespace {

// Each error as "LINE:COLUMN: KEY: TEXT", one a line; "" when the file is accepted.
std::string errors_of(const std::string& yaml)
{
    const TemporaryFolder folder;
    const auto file = folder.write("t.yaml", yaml);
    ConfigVocabulary vocabulary{{{"ndjson-file", "a file", {"path"}, {"format"}}}, {"generic"}};
    vocabulary.alert_transports = {"local", "udp", "tcp", "tls"};
    vocabulary.tls_transports = {"tls"};
    const auto config = load_config(file, vocabulary);
    if (config) return "";
    std::string all;
    for (const auto& error : config.error()) all += to_string(error).substr(file.string().size() + 1) + "\n";
    return all;
}

std::string missing_of(const Config& config)
{
    std::string all;
    for (const auto& error : missing_for_run(config)) all += error.key + "\n";
    return all;
}

Config complete()
{
    Config config;
    config.purpose = {.text = "t",
                      .responsible = "r",
                      .rules_reference = "h",
                      .notice_date = "2026-10-01",
                      .retention = std::chrono::days{180}};
    config.capture.interfaces = {"eth1"};
    config.enrolment = "/e.csv";
    config.syslog.emplace_back().name = "siem";
    return config;
}

}  // namespace

TEST_CASE("an unknown key is refused at its place, with the nearest known one")
{
    CHECK(errors_of("capture:\n  interfce: eth1\n") ==
          "2:3: capture.interfce: unknown key; did you mean 'interface'?\n");
    CHECK(errors_of("sitte: {}\n") == "1:1: sitte: unknown key; did you mean 'site'?\n");
    // Nothing is near: nothing is suggested.
    CHECK(errors_of("banana: 1\n") == "1:1: banana: unknown key\n");
}

TEST_CASE("an unknown key inside a list item names the item")
{
    CHECK(errors_of("syslog:\n  - name: siem\n    prot: 514\n") ==
          "3:5: syslog[0].prot: unknown key; did you mean 'port'?\n");
}

TEST_CASE("a text of which yaml-cpp makes documents without end is refused, and so is a second document")
{
    CHECK(errors_of(", 2]\x1a"
                    "b: &b [1, 2]\nc: [*b, *b]\n")
              .find("a second document begins here") != std::string::npos);
    CHECK(errors_of("site: {name: a}\n---\nsite: {name: b}\n") ==
          "2:1: a second document begins here (---); expected one\n");
    CHECK(errors_of("---\nsite: {name: a}\n...\n").empty());
}

TEST_CASE("one interface or several are captured, each once")
{
    CHECK(errors_of("capture:\n  interface: eth1\n").empty());
    CHECK(errors_of("capture:\n  interface: [eth1, eth2]\n").empty());
    CHECK(errors_of("capture:\n  interface: [eth1, eth2, eth1]\n") ==
          "2:14: capture.interface: names an interface twice (any is all of them); expected each once\n");
    CHECK(errors_of("capture:\n  interface: [any, eth1]\n") ==
          "2:14: capture.interface: names an interface twice (any is all of them); expected each once\n");
    CHECK(errors_of("capture:\n  interface: {name: eth1}\n") ==
          "2:14: capture.interface: expected a list such as [one, two]\n");
    CHECK(errors_of("capture:\n  interface: [eth1, '']\n") ==
          "2:14: capture.interface: found an empty name; expected interfaces such as eth1\n");
    std::string many = "capture:\n  interface: [e0";
    for (int i = 1; i < 17; ++i) many += ", e" + std::to_string(i);
    CHECK(errors_of(many + "]\n") == "2:14: capture.interface: found 17 interfaces; expected at most 8\n");
}

TEST_CASE("a value of the wrong type is told with what was expected")
{
    CHECK(errors_of("capture:\n  interface: any\n  rings: 2\n") ==
          "3:10: capture.rings: found 2 with interface any; expected 1, or interfaces by name\n");
    CHECK(errors_of("capture:\n  interface: eth1\n  rings: 9\n").starts_with("3:10: capture.rings: found '9'"));
    CHECK(errors_of("capture:\n  snaplen: many\n") ==
          "2:12: capture.snaplen: found 'many'; expected a whole number from 256 to 262144\n");
    CHECK(errors_of("capture:\n  snaplen: 64\n").starts_with("2:12: capture.snaplen: found '64'"));
    CHECK(errors_of("capture:\n  snaplen: 1600x\n").starts_with("2:12: capture.snaplen: found '1600x'"));
    CHECK(errors_of("capture:\n  promiscuous: maybe\n") ==
          "2:16: capture.promiscuous: found 'maybe'; expected true or false\n");
    CHECK(errors_of("capture: eth1\n") == "1:10: capture: expected a mapping (key: value)\n");
    CHECK(errors_of("rosters: roster.csv\n") == "1:10: rosters: expected a list such as [one, two]\n");
    CHECK(errors_of("calls: {}\n") == "1:8: calls: expected a list (- key: value)\n");
    CHECK(errors_of("purpose:\n  notice_date: last autumn\n") ==
          "2:16: purpose.notice_date: found 'last autumn'; expected a date such as 2026-10-01\n");
    CHECK(errors_of("purpose:\n  retention: forever\n")
              .starts_with("2:14: purpose.retention: found 'forever'; expected a duration"));
}

TEST_CASE("a retention under one day is refused")
{
    CHECK(errors_of("purpose:\n  retention: 1h\n") ==
          "2:14: purpose.retention: expected at least one day, such as 180 days\n");
    CHECK(errors_of("purpose:\n  retention: 0 days\n") ==
          "2:14: purpose.retention: expected at least one day, such as 180 days\n");
    CHECK(errors_of("purpose:\n  retention: 1 day\n").empty());
}

TEST_CASE("a word that is none of those allowed is told with all of them")
{
    CHECK(errors_of("syslog:\n  - name: siem\n    transport: upd\n") ==
          "3:16: syslog[0].transport: found 'upd'; expected one of local, udp, tcp, tls; did you mean 'udp'?\n");
    CHECK(errors_of("site:\n  time_zone: Asia/Tokio\n") ==
          "2:14: site.time_zone: found 'Asia/Tokio'; expected an IANA time zone such as Asia/Tokyo\n");
    CHECK(errors_of("site:\n  time_zone: ../../../etc/passwd\n").starts_with("2:14: site.time_zone: found"));
}

TEST_CASE("what two ends of TLS know each other by is read, and half of it refused")
{
    const TemporaryFolder folder;
    const std::string digits(62, 'a');
    const auto file = folder.write("t.yaml",
                                   "syslog:\n  - name: siem\n    transport: tls\n    framing: lf\n    tls:\n"
                                   "      ca: ca.pem\n      verify: none\n      fingerprints:\n"
                                   "        - AB:CD:" +
                                       digits.substr(2) + "\n        - sha256 Fingerprint=" + digits + "EF\n");
    const auto config = load_config(file, {});
    REQUIRE(config);
    const auto& sink = config->syslog.at(0);
    CHECK(sink.framing == SyslogConfig::Framing::lf);
    REQUIRE(sink.tls);
    CHECK(sink.tls->ca == folder / "ca.pem");
    CHECK_FALSE(sink.tls->verify);
    CHECK(sink.tls->fingerprints == std::vector<std::string>{"abcd" + digits.substr(2), digits + "ef"});

    const std::string begin = "syslog:\n  - name: siem\n    transport: tls\n    tls:\n      ";
    CHECK(errors_of(begin + "certificate: c.pem\n") ==
          "5:7: syslog[0].tls: has one of certificate and key; expected both or neither\n");
    CHECK(errors_of(begin + "fingerprints: [abc]\n") ==
          "5:21: syslog[0].tls.fingerprints: found 'abc'; expected the SHA-256 of a certificate, 64 digits of hex\n");
    CHECK(errors_of(begin + "verify: never\n")
              .starts_with("5:15: syslog[0].tls.verify: found 'never'; expected one of full, none"));
    CHECK(errors_of("syslog:\n  - name: siem\n    transport: tcp\n    tls: {verify: none}\n") ==
          "4:10: syslog[0].tls: means nothing to transport tcp; expected it with tls\n");
}

TEST_CASE("a key that stands twice is refused with the place of both")
{
    CHECK(errors_of("site:\n  name: a\n  time_zone: UTC\n  name: b\n") ==
          "4:3: site.name: stands twice; the first is on line 2\n");
}

TEST_CASE("a file that is named and not there is told; a feed that is not there yet is not")
{
    const auto errors = errors_of("enrolment: people.csv\nrosters: [r.csv]\nrules: rules.yaml\n");
    CHECK(errors.find("1:12: enrolment: no such file: /") != std::string::npos);
    CHECK(errors.find("2:10: rosters: no such file: /") != std::string::npos);
    CHECK(errors.find("3:8: rules: no such file: /") != std::string::npos);
    CHECK(errors_of("calls:\n  - name: acd\n    kind: ndjson-file\n    path: later.ndjson\n").empty());
}

TEST_CASE("a feed or sink without what it needs, or with a name that is taken, is refused")
{
    CHECK(errors_of("calls:\n  - kind: ndjson-file\n").find("calls[0]: 'name' is missing") != std::string::npos);
    CHECK(errors_of("calls:\n  - kind: ndjson-file\n").find("calls[0]: 'path' is missing") != std::string::npos);
    CHECK(errors_of("syslog:\n  - name: a\n  - name: a\n") ==
          "3:11: syslog[1].name: 'a' is taken already; names are unique\n");
    CHECK(errors_of("syslog:\n  - name: 'a b'\n").starts_with("2:11: syslog[0].name: found 'a b'; expected letters"));
    CHECK(errors_of("syslog:\n  - name: a\n    heartbeat: 10ms\n") ==
          "3:16: syslog[0].heartbeat: expected at least 1s\n");
    CHECK(errors_of("syslog:\n  - name: a\n    port: 65536\n").starts_with("3:11: syslog[0].port: found '65536'"));
}

TEST_CASE("a zone with a network or VLAN that is none is refused")
{
    CHECK(errors_of("zones:\n  - zone: floor\n    subnets: [10.0.0.0/33]\n")
              .starts_with("3:14: zones[0].subnets: found '10.0.0.0/33'; expected a network"));
    CHECK(errors_of("zones:\n  - zone: floor\n    vlans: [4095]\n").starts_with("3:12: zones[0].vlans: found '4095'"));
    CHECK(errors_of("zones:\n  - subnets: [10.0.0.0/8]\n").find("zones[0]: 'zone' is missing") != std::string::npos);
}

TEST_CASE("everything that is wrong is told at once, in the order of the file")
{
    CHECK(errors_of("capture:\n"
                    "  snaplen: big\n"
                    "  promiscous: true\n"
                    "site:\n"
                    "  time_zone: Mars/Olympus\n"
                    "syslog:\n"
                    "  - name: siem\n"
                    "    port: 0\n") ==
          "2:12: capture.snaplen: found 'big'; expected a whole number from 256 to 262144\n"
          "3:3: capture.promiscous: unknown key; did you mean 'promiscuous'?\n"
          "5:14: site.time_zone: found 'Mars/Olympus'; expected an IANA time zone such as Asia/Tokyo\n"
          "8:11: syslog[0].port: found '0'; expected a whole number from 1 to 65535\n");
}

TEST_CASE("what is no YAML is told with its line; a file that is not there by its name")
{
    CHECK(errors_of("site: [\n").find("not YAML") != std::string::npos);
    CHECK(errors_of("just words\n") == "1:1: expected a mapping (key: value)\n");
    const auto missing = load_config("/nonexistent/breakwatch.yaml");
    REQUIRE_FALSE(missing);
    CHECK(to_string(missing.error().front()) == "/nonexistent/breakwatch.yaml: No such file or directory");
}

TEST_CASE("relative file names start where the configuration stands, not where the program was started")
{
    const TemporaryFolder folder;
    folder.write("people/e.csv", "");
    const auto file = folder.write("etc/b.yaml",
                                   "enrolment: ../people/e.csv\n"
                                   "state_directory: state\n"
                                   "runtime_directory: /run/elsewhere\n"
                                   "calls: [{name: acd, kind: ndjson-file, path: calls.ndjson}]\n");
    const auto config = load_config(file);
    REQUIRE(config);
    CHECK(config->enrolment == folder / "people/e.csv");
    CHECK(config->state_directory == folder / "etc/state");
    CHECK(config->runtime_directory == "/run/elsewhere");
    CHECK(config->calls.at(0).path == folder / "etc/calls.ndjson");
}

TEST_CASE("an empty file is a configuration with every default, and starts nothing")
{
    const TemporaryFolder folder;
    const auto config = load_config(folder.write("b.yaml", ""));
    REQUIRE(config);
    CHECK(config->capture.snaplen == 1600);
    CHECK(config->site.time_zone == "UTC");
    CHECK(missing_of(*config) ==
          "purpose.text\npurpose.responsible\npurpose.rules_reference\npurpose.notice_date\npurpose.retention\n"
          "capture.interface\nenrolment\nsyslog\n");
}

TEST_CASE("each thing that run needs is missed by its own key")
{
    CHECK(missing_of(complete()).empty());
    const auto without = [](auto change) {
        auto config = complete();
        change(config);
        return missing_of(config);
    };
    CHECK(without([](Config& c) { c.purpose.text.clear(); }) == "purpose.text\n");
    CHECK(without([](Config& c) { c.purpose.responsible.clear(); }) == "purpose.responsible\n");
    CHECK(without([](Config& c) { c.purpose.rules_reference.clear(); }) == "purpose.rules_reference\n");
    CHECK(without([](Config& c) { c.purpose.notice_date.clear(); }) == "purpose.notice_date\n");
    CHECK(without([](Config& c) { c.purpose.retention.reset(); }) == "purpose.retention\n");
    CHECK(without([](Config& c) { c.capture.interfaces.clear(); }) == "capture.interface\n");
    CHECK(without([](Config& c) { c.enrolment.clear(); }) == "enrolment\n");
    CHECK(without([](Config& c) { c.syslog.clear(); }) == "syslog\n");
}

TEST_CASE("durations are a number and a unit")
{
    using namespace std::chrono;
    CHECK(parse_duration("250ms") == milliseconds{250});
    CHECK(parse_duration("30s") == seconds{30});
    CHECK(parse_duration("15min") == minutes{15});
    CHECK(parse_duration("15 min") == minutes{15});
    CHECK(parse_duration("2h") == hours{2});
    CHECK(parse_duration("180 days") == days{180});
    for (const auto* text : {"", "15", "min", "-1s", "1.5h", "15 parsecs", "1000001s", "36501 days", "15min "})
        CHECK_MESSAGE(!parse_duration(text), text);
}

TEST_CASE("metrics are off unless asked for, and listen on this machine alone")
{
    const TemporaryFolder folder;
    const auto of = [&](const std::string& yaml) { return load_config(folder.write("t.yaml", yaml))->metrics; };
    CHECK_FALSE(of("site: {}\n"));
    CHECK(of("metrics: {}\n") == MetricsConfig{});
    CHECK(of("metrics: {listen: 127.3.2.1}\n")->listen == "127.3.2.1");
    CHECK(of("metrics: {listen: \"::1\", port: 9000}\n") == MetricsConfig{"::1", 9000});
    const auto refused = [](const std::string& found) {
        return "2:11: metrics.listen: found '" + found +
               "'; expected a loopback address, 127.0.0.1 or ::1: anybody who reaches it is answered\n";
    };
    for (const std::string address : {"0.0.0.0", "192.168.0.1", "::", "::ffff:10.0.0.1", "128.0.0.1", "localhost"})
        CHECK(errors_of("metrics:\n  listen: \"" + address + "\"\n") == refused(address));
    CHECK(errors_of("metrics: {prot: 1}\n") == "1:11: metrics.prot: unknown key; did you mean 'port'?\n");
}
