// The requests of a look and where answers lead: pages, cursors, windows, and what leads astray.
#include <doctest/doctest.h>

#include <fstream>

#include "feeds/calls/poll/access_token.hpp"
#include "feeds/calls/poll/poll_pages.hpp"
#include "feeds/calls/poll/poll_place_file.hpp"
#include "feeds/calls/poll/told_already.hpp"
#include "feeds/core/record_framer.hpp"
#include "support/temporary_folder.hpp"

namespace breakwatch {
namespace {

using namespace std::chrono_literals;
using Next = PollRequest::Next;

const Timestamp kNow(1'795'425'245s);
const HttpsUrl kUrl{.host = "api.example", .port = 443, .target = "/base"};

HttpsAnswer body(const std::string& text)
{
    return {.status = 200, .body = text, .retry_after = {}, .link = {}};
}

PollPages pages(const PollRequest& request, const std::string& cursor = "")
{
    return {request, kUrl, {kNow - 600s, kNow}, cursor, "UTC"};
}

}  // namespace

TEST_CASE("a request is filled with the window, encoded where it stands")
{
    PollRequest request{.path = "/calls/{cursor}", .query = {{"from", "{since}"}, {"x y", "a&b"}}};
    CHECK(pages(request, "a/b").request().target == "/base/calls/a%2Fb?from=2026-11-23T09%3A04%3A05Z&x%20y=a%26b");
    request = {.query = {{"c", "{cursor}"}}, .body = R"({"until":"{until}"})", .time_format = "epoch-s"};
    request.method = "POST";
    CHECK(pages(request).request().target == "/base");  // a cursor that is not there yet is not asked with
    CHECK(pages(request).request().body == R"({"until":"1795425245"})");
}

TEST_CASE("pages follow by cursor, url, number or Link, end where they end, and never in a circle")
{
    const PollRequest by_cursor{.query = {{"c", "{cursor}"}}, .next = Next::cursor, .next_at = "/next"};
    auto look = pages(by_cursor);
    CHECK(look.follow(body(R"({"next":"n1"})"), 5) == true);
    CHECK(look.request().target == "/base?c=n1");
    CHECK(look.follow(body(R"({"next":"n1"})"), 5) == std::unexpected(std::string("its pages lead in a circle")));
    CHECK(pages(by_cursor).follow(body(R"({"next":null})"), 5) == false);
    CHECK(pages(by_cursor).follow(body("no json"), 5) == false);

    const PollRequest by_url{.next = Next::url, .next_at = "/next"};
    auto urls = pages(by_url);
    CHECK(urls.follow(body(R"({"next":"https://api.example/p?2"})"), 5) == true);
    CHECK(urls.request().target == "/p?2");
    CHECK(!urls.follow(body(R"({"next":"https://evil.example/p"})"), 5));
    CHECK(!urls.follow(body(R"({"next":"https://api.example:444/p"})"), 5));
    CHECK(!urls.follow(body(R"({"next":"https://api.example@evil.example/p"})"), 5));
    CHECK(!urls.follow(body(R"({"next":"http://api.example/p"})"), 5));
    CHECK(urls.follow(body(R"({"next":"/relative"})"), 5) == true);

    const PollRequest by_page{.query = {{"page", "{page}"}}, .next = Next::page};
    auto numbers = pages(by_page);
    CHECK(numbers.follow(body("[]"), 5) == true);
    CHECK(numbers.request().target == "/base?page=2");
    CHECK(numbers.follow(body("[]"), 0) == false);

    CHECK(next_link(R"(</a?p=1>; rel="prev", </a?p=3>; rel="next")") == "/a?p=3");
    CHECK(next_link("<").empty());
}

TEST_CASE("a cursor that is kept goes on where the service says, and the same place again is the end")
{
    const PollRequest zendesk{.next = Next::url, .next_at = "/next_page", .more_at = "/count", .keep_cursor = true};
    auto look = pages(zendesk);
    CHECK(look.follow(body(R"({"count":1000,"next_page":"https://api.example/legs?start_time=2"})"), 1000) == true);
    CHECK(look.follow(body(R"({"count":0,"next_page":"https://api.example/legs?start_time=2"})"), 0) == false);
    CHECK(look.cursor() == "https://api.example/legs?start_time=2");
    auto again = pages(zendesk, look.cursor());
    CHECK(again.follow(body(R"({"count":1,"next_page":"https://api.example/legs?start_time=2"})"), 1) == false);
    CHECK(again.request().target == "/legs?start_time=2");
}

TEST_CASE("windows overlap, begin at the very first far enough back, and are never longer than asked for")
{
    const PollRequest request{.overlap = 600s, .first = 7200s, .span = 3600s};
    CHECK(next_window(request, {}, kNow).since == kNow - 7200s);
    CHECK(next_window(request, {}, kNow).until == kNow - 3600s);
    CHECK(next_window(request, {.until = kNow - 60s, .cursor = {}}, kNow).since == kNow - 660s);
    CHECK(next_window(request, {.until = kNow - 60s, .cursor = {}}, kNow).until == kNow);
    CHECK(next_window(request, {.until = kNow + 3600s, .cursor = {}}, kNow).since == kNow - 600s);  // a clock set back
}

TEST_CASE("only addresses that are plain are asked")
{
    CHECK(parse_https_url("https://A.example:8443/p?q=1")->origin() == "a.example:8443");
    CHECK(parse_https_url("https://[::1]/p")->host == "::1");
    for (const auto* bad : {"http://a/", "https://", "https://u:p@a/", "https://a:0/", "https://a:99999/",
                            "https://a/#x", "https://a/\r\nX: y", "https://a b/"}) {
        INFO(bad);
        CHECK(!parse_https_url(bad));
    }
}

TEST_CASE("the place is there again after a restart, and a broken file is told")
{
    const test::TemporaryFolder folder;
    const auto file = folder.path() / "calls-x.place";
    CHECK(!read_poll_place(file)->until);
    REQUIRE(write_poll_place(file, {.until = kNow, .cursor = "\"c\n"}));
    CHECK(read_poll_place(file)->until == kNow);
    CHECK(read_poll_place(file)->cursor == "\"c\n");
    std::ofstream(file) << "{\"until";
    CHECK(!read_poll_place(file));
    CHECK(!write_poll_place(folder.path() / "no" / "place", {}));
}

TEST_CASE("tokens and credentials are made as the RFCs say, and an answer that is none is named without it")
{
    CHECK(basic_credentials("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CHECK(read_token(body(R"({"access_token":"t","expires_in":60})"))->text == "t");
    CHECK(read_token(body(R"({"access_token":"t\r\nX: y"})")).error() == "an access_token that fits in no header");
    CHECK(!read_token(body("<html>")));
    CHECK(read_token({.status = 401, .body = "secret", .retry_after = {}, .link = {}}).error() ==
          "the token is refused with status 401");
}

TEST_CASE("what comes twice is told once")
{
    ToldAlready told;
    const CallStatements said{{.type = CallStatement::Type::call_end, .at = kNow, .agents = {"a"}, .id = "1"}};
    CHECK(told.take_new(said).size() == 1);
    CHECK(told.take_new(said).empty());
}

TEST_CASE("records are cut out of a stream by line ends of any kind or by length")
{
    std::string all;
    const auto take = [&](std::string_view record, bool too_long) {
        all += "[" + std::string(record) + (too_long ? "!" : "") + "]";
    };
    RecordFramer lines(0, 5);
    for (const auto* piece : {"a", "b\r", "\nc\rd\n", "toolong\n"}) lines.feed(piece, take);
    lines.feed(std::string_view("e\0f\n", 4), take);
    CHECK(all == "[ab][c][d][toolo!][e][f]");
    CHECK(!lines.pending());
    all.clear();
    RecordFramer pieces(3, 100);
    for (const auto* piece : {"ab", "cde", "f"}) pieces.feed(piece, take);
    CHECK(all == "[abc][def]");
}

}  // namespace breakwatch
