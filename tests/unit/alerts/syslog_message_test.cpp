// The header of RFC 5424 with structured data: what any bytes of an alert become.
#include "alerts/formats/alert_format.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "unit/alerts/an_alert.hpp"
#include "unit/alerts/rfc5424_parser.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

SyslogMessage format_syslog(const Alert& alert, const SyslogIdentity& identity)
{
    return alert_format("rfc5424").write(alert, identity);
}

SyslogIdentity an_identity()
{
    return {.facility = 16, .hostname = "bw01", .procid = "912", .enterprise = 32473};
}

ParsedSyslog parsed(const std::string& bytes)
{
    CAPTURE(bytes);
    const auto message = Rfc5424Parser::parse(bytes);
    REQUIRE(message);
    return *message;
}

std::string field_sent(const std::string& value)
{
    auto alert = an_alert();
    alert.fields = {{"f", value}};
    return format_syslog(alert, an_identity()).bytes;
}

std::string field_read(const std::string& value)
{
    return parsed(field_sent(value)).param("f");
}

}  // namespace

TEST_CASE("an alert is these bytes")
{
    const auto message = format_syslog(an_alert(), an_identity());
    CHECK(
        message.bytes ==
        R"(<132>1 2026-11-23T09:18:41.207Z bw01 breakwatch 912 POSTLIKE [breakwatch@32473 seq="7" prev="6" )"
        R"(code="BW-1001" schema="1" id="bw-4f1c" subj="p-7f3a9c01d2e4" plat="x"] post-like activity on x by p-7f3a9c01d2e4)");
    CHECK_FALSE(message.truncated);
}

TEST_CASE("the byte order mark stands before the text, and only when asked for")
{
    auto identity = an_identity();
    identity.bom = true;
    const auto with = format_syslog(an_alert(), identity).bytes;
    CHECK(with.find("] \xEF\xBB\xBFpost-like") != std::string::npos);
    CHECK(parsed(with).text == an_alert().text);
}

TEST_CASE("an alert without text ends with its structured data")
{
    auto alert = an_alert();
    alert.text.clear();
    auto identity = an_identity();
    identity.bom = true;
    CHECK(format_syslog(alert, identity).bytes.ends_with("plat=\"x\"]"));
}

TEST_CASE("the identity of a configuration names neither machine nor process, so that replays are equal")
{
    SyslogConfig config;
    config.hostname = "";
    config.enterprise = 5;
    config.facility = 4;
    config.transport = SyslogConfig::Transport::udp;
    const auto message = parsed(format_syslog(an_alert(), identity_of(config)).bytes);
    CHECK(message.hostname == "-");
    CHECK(message.procid == "-");
    CHECK(message.app_name == "breakwatch");
    CHECK(message.sd_id == "breakwatch@5");
    CHECK(message.priority == 4 * 8 + 4);
    CHECK(identity_of(config).most_octets == 2048);
    config.transport = SyslogConfig::Transport::tcp;
    CHECK(identity_of(config).most_octets == 8192);
}

TEST_CASE("quote, backslash and closing bracket of a value are escaped, and nothing else (section 6.3.3)")
{
    CHECK(field_sent(R"(a"b\c]d[e=f)").find(R"(f="a\"b\\c\]d[e=f")") != std::string::npos);
    CHECK(field_read(R"(a"b\c]d[e=f)") == R"(a"b\c]d[e=f)");
    CHECK(field_read(R"("] [other@1 x="y)") == R"("] [other@1 x="y)");
}

TEST_CASE("Japanese text passes unchanged in values and text")
{
    const std::string words = "コールセンター受付";
    auto alert = an_alert();
    alert.fields = {{"queue", words}};
    alert.text = words;
    const auto message = parsed(format_syslog(alert, an_identity()).bytes);
    CHECK(message.param("queue") == words);
    CHECK(message.text == words);
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD, as few as they are")
{
    CHECK(field_read("a\xFF"
                     "b") == "a\uFFFDb");
    CHECK(field_read("\xC0\xAF") == "\uFFFD\uFFFD");                      // overlong '/'
    CHECK(field_read("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");            // a surrogate
    CHECK(field_read("\xF4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");  // above U+10FFFF
    CHECK(field_read("\xE3\x82") == "\uFFFD");                            // cut short at the end
    CHECK(field_read("\xE3\x82x") == "\uFFFDx");
    CHECK(field_read("\xF0\x9F\x93\xB1") == "\xF0\x9F\x93\xB1");
    CHECK(field_read("\x82") == "\uFFFD");
}

TEST_CASE("no control character, line end or direction mark leaves the house")
{
    CHECK(field_read("a\nb\r\tc") == "a b  c");
    CHECK(field_read(std::string("a\0b", 3)) == "a\uFFFDb");
    CHECK(field_read("\x1B[2J\x7F") == "\uFFFD[2J\uFFFD");
    CHECK(field_read("\u009B31m") == "\uFFFD31m");  // C1 control sequence introducer
    CHECK(field_read("a\u2028b\u202Ec\u2066d") == "a\uFFFDb\uFFFDc\uFFFDd");
    auto alert = an_alert();
    alert.text = "one\n<0>1 - - - - - - forged";
    CHECK(parsed(format_syslog(alert, an_identity()).bytes).text == "one <0>1 - - - - - - forged");
}

TEST_CASE("header fields are printable ASCII within their limits, or the nil value")
{
    SyslogIdentity identity{
        .facility = 99, .hostname = std::string(300, 'h'), .app_name = std::string(60, 'a'), .procid = ""};
    auto alert = an_alert();
    alert.message_id = "two words \xC3\xA9" + std::string(40, 'm');
    const auto message = parsed(format_syslog(alert, identity).bytes);
    CHECK(message.hostname == std::string(255, 'h'));
    CHECK(message.app_name == std::string(48, 'a'));
    CHECK(message.procid == "-");
    CHECK(message.msgid == "two_words___" + std::string(20, 'm'));
    CHECK(message.priority == 23 * 8 + 4);
    identity.procid = std::string(200, 'p');
    CHECK(parsed(format_syslog(alert, identity).bytes).procid == std::string(128, 'p'));
}

TEST_CASE("a field's name is a PARAM-NAME whatever it was")
{
    auto alert = an_alert();
    alert.fields = {{"a=b]c\"d e", "1"}, {"", "2"}, {std::string(40, 'n'), "3"}, {"\xC3\xA9", "4"}};
    const auto message = parsed(format_syslog(alert, an_identity()).bytes);
    CHECK(message.param("a_b_c_d_e") == "1");
    CHECK(message.param("_") == "2");
    CHECK(message.param(std::string(32, 'n')) == "3");
    CHECK(message.param("__") == "4");
}

TEST_CASE("a long text is cut first, at a character, and says so")
{
    auto alert = an_alert();
    alert.text.clear();
    for (int i = 0; i < 1000; ++i) alert.text += "電";
    auto identity = an_identity();
    for (std::size_t most = 1024; most < 1030; ++most) {
        identity.most_octets = most;
        const auto message = format_syslog(alert, identity);
        CHECK(message.truncated);
        CHECK(message.bytes.size() <= most);
        CHECK(message.bytes.size() > most - 3);
        const auto read = parsed(message.bytes);
        CHECK(read.text.starts_with("電電"));
        CHECK(read.text.ends_with("電…"));
        CHECK(read.param("subj") == "p-7f3a9c01d2e4");
    }
}

TEST_CASE("a message of exactly the limit is whole")
{
    auto alert = an_alert();
    auto identity = an_identity();
    identity.most_octets = kMostDatagramOctets;
    const auto bare = format_syslog(alert, identity).bytes.size() - alert.text.size();
    alert.text = std::string(kMostDatagramOctets - bare, 't');
    const auto exact = format_syslog(alert, identity);
    CHECK(exact.bytes.size() == kMostDatagramOctets);
    CHECK_FALSE(exact.truncated);
    alert.text += 't';
    const auto over = format_syslog(alert, identity);
    CHECK(over.bytes.size() == kMostDatagramOctets);
    CHECK(over.truncated);
}

TEST_CASE("then the longest values are cut, the others and the structure stay")
{
    auto alert = an_alert();
    alert.fields.emplace_back("long", std::string(5000, ']'));
    alert.fields.emplace_back("longer", std::string(9000, 'x'));
    alert.fields.emplace_back("last", "stays");
    auto identity = an_identity();
    identity.most_octets = kMostDatagramOctets;
    const auto message = format_syslog(alert, identity);
    CHECK(message.truncated);
    CHECK(message.bytes.size() <= kMostDatagramOctets);
    CHECK(message.bytes.size() > kMostDatagramOctets - 8);
    const auto read = parsed(message.bytes);
    CHECK(read.text.empty());
    CHECK(read.param("seq") == "7");
    CHECK(read.param("prev") == "6");
    CHECK(read.param("code") == "BW-1001");
    CHECK(read.param("id") == "bw-4f1c");
    CHECK(read.param("last") == "stays");
    CHECK(read.param("long").starts_with("]]]]"));
    CHECK(read.param("long").ends_with("]…"));
    CHECK(read.param("longer").ends_with("x…"));
}

TEST_CASE("more fields than fit lose the last ones whole")
{
    auto alert = an_alert();
    for (int i = 0; i < 1000; ++i) alert.fields.emplace_back("n" + std::to_string(i), "value");
    auto identity = an_identity();
    identity.most_octets = kMostDatagramOctets;
    const auto message = format_syslog(alert, identity);
    CHECK(message.truncated);
    CHECK(message.bytes.size() <= kMostDatagramOctets);
    const auto read = parsed(message.bytes);
    CHECK(read.param("seq") == "7");
    CHECK(read.params.size() > 100);
    CHECK(read.params.back().first == "n" + std::to_string(read.params.size() - 9));
}

TEST_CASE("any bytes in give RFC 5424 within the limit out")
{
    std::mt19937 random(5424);
    const std::string tricky = "\"\\]= [\n\xFF\xC3\xA9\xE3\x82\xAB\xF0\x9F\x93\xB1\xED\xA0\x80\x1B";
    const auto below = [&](std::size_t bound) {
        return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
    };
    const auto bytes = [&](std::size_t most) {
        std::string out(below(most + 1), ' ');
        const bool wild = below(2) == 0;
        for (char& c : out) c = wild ? static_cast<char>(below(256)) : tricky[below(tricky.size())];
        return out;
    };
    for (int round = 0; round < 1000; ++round) {
        const std::size_t scale = below(4) == 0 ? 3000 : 60;
        Alert alert;
        alert.sequence = random();
        alert.previous = ~std::uint64_t{0} - below(3);
        alert.code = bytes(scale);
        alert.message_id = bytes(40);
        alert.severity = static_cast<Severity>(below(256));
        alert.at = Timestamp{Duration{static_cast<std::int64_t>((std::uint64_t{random()} << 32U) | random())}};
        for (auto count = below(30); count > 0; --count) alert.fields.emplace_back(bytes(40), bytes(scale));
        alert.text = bytes(scale);
        const SyslogIdentity identity{.facility = static_cast<int>(below(40)) - 5,
                                      .hostname = bytes(300),
                                      .app_name = bytes(60),
                                      .procid = bytes(150),
                                      .enterprise = static_cast<std::uint32_t>(random()),
                                      .bom = below(2) == 0,
                                      .most_octets = below(4000)};
        const auto message = format_syslog(alert, identity);
        CAPTURE(round);
        REQUIRE(message.bytes.size() <= std::max(identity.most_octets, kLeastMostOctets + kLeastBodyOctets));
        const auto read = parsed(message.bytes);
        REQUIRE(read.param("seq") == std::to_string(alert.sequence));
        REQUIRE(read.param("prev") == std::to_string(alert.previous));
        if (!message.truncated) REQUIRE(read.params.size() == alert.fields.size() + 4);
        REQUIRE(std::none_of(message.bytes.begin(), message.bytes.end(),
                             [](unsigned char c) { return c < 0x20 || c == 0x7F; }));
    }
}
