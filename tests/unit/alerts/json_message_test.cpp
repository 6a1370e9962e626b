// An alert as JSON: the catalogue's types, and an object that stays one when it has to be cut.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <random>
#include <string>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/field_value.hpp"
#include "unit/alerts/an_alert.hpp"

using namespace breakwatch;

namespace {

// With a field of each type.
Alert typed_alert()
{
    auto alert = test::an_alert();
    alert.fields = {{"id", "bw-4f1c"}, {"rev", "1"}, {"conf", "0.98"}, {"after_call_s", "-3.5"}, {"unclean", "1"}};
    return alert;
}

SyslogMessage written(const Alert& alert, std::size_t most = 8'192)
{
    return alert_format("json").write(alert,
                                      {.facility = 16, .hostname = "bw01", .procid = "912", .most_octets = most});
}

boost::json::object body_of(const std::string& bytes)
{
    const auto begin = bytes.find(" - {");
    REQUIRE(begin != std::string::npos);
    return boost::json::parse(bytes.substr(begin + 3)).as_object();
}

}  // namespace

TEST_CASE("an alert in JSON is these bytes")
{
    const auto message = written(typed_alert());
    CHECK_FALSE(message.truncated);
    CHECK(
        message.bytes ==
        R"(<132>1 2026-11-23T09:18:41.207Z bw01 breakwatch 912 POSTLIKE - {"seq":7,"prev":6,"code":"BW-1001","schema":"1","severity":4,)"
        R"("time":"2026-11-23T09:18:41.207Z","msgid":"POSTLIKE","text":"post-like activity on x by p-7f3a9c01d2e4","id":"bw-4f1c","rev":1,"conf":0.98,)"
        R"("after_call_s":-3.5,"unclean":true})");
}

TEST_CASE(
    "a value that is not of its type is told as it stands, and a field named like one of ours does not replace it")
{
    auto alert = typed_alert();
    alert.fields = {{"rev", "one"}, {"conf", "nan"}, {"unclean", "yes"}, {"seq", "99"}, {"unheard_of", "5"}};
    const auto object = body_of(written(alert).bytes);
    CHECK(object.at("rev") == "one");
    CHECK(object.at("conf") == "nan");
    CHECK(object.at("unclean") == "yes");
    CHECK(object.at("seq") == 7);
    CHECK(object.at("unheard_of") == "5");
}

TEST_CASE("what is too long gives up its text, then the ends of its values, and is still an object with its numbers")
{
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        auto alert = typed_alert();
        for (unsigned i = 0; i < random() % 4'000; ++i)
            alert.text += random() % 9 == 0 ? "\"" : random() % 5 == 0 ? "\xE3\x81\x82" : "a";
        for (unsigned i = 0; i < random() % 20; ++i)
            alert.fields.emplace_back("f" + std::to_string(i), std::string(random() % 200, '\\'));
        const auto most = 1'024 + random() % 3'000;
        const auto message = written(alert, most);
        CAPTURE(message.bytes);
        CHECK(message.bytes.size() <= most);
        const auto object = body_of(message.bytes);
        CHECK(object.at("seq") == 7);
        CHECK(object.at("prev") == 6);
        CHECK(object.contains("truncated") == message.truncated);
    }
}

TEST_CASE("words of people and feeds come on one line, as Unicode")
{
    auto alert = typed_alert();
    alert.text = "one\r\n<0>1 - forged \xC3\x28 \xE2\x80\xAE";
    alert.fields = {{"part", "\xE3\x81\x82\n"}};
    const auto bytes = written(alert).bytes;
    CHECK(bytes.find('\n') == std::string::npos);
    const auto object = body_of(bytes);
    CHECK(object.at("text") == "one  <0>1 - forged \xEF\xBF\xBD( \xEF\xBF\xBD");
    CHECK(object.at("part") == "\xE3\x81\x82 ");
}

TEST_CASE("each format has a word of its own")
{
    for (const auto& format : alert_formats()) {
        CHECK((&alert_format(format.word) == &format));
        CHECK_FALSE(format.meaning.empty());
    }
    CHECK_THROWS(alert_format("no-such-format"));
}
