#include "decode/http_request.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/hex.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct Outcome {
    StreamMatch match;
    std::string host;
    bool connect;
    bool chunked;
    std::optional<std::uint64_t> content_length;
    std::size_t head_length;
};

Outcome scanned(std::string_view text)
{
    const auto stream = octets_of(text);
    const auto scan = scan_http_request(stream);
    const auto& request = scan.request;
    return {scan.match,      std::string(request.host), request.connect,
            request.chunked, request.content_length,    request.head_length};
}

std::string host(std::string_view text)
{
    return scanned(text).host;
}

}  // namespace

TEST_CASE("a request names its host and where its message ends")
{
    constexpr std::string_view kHead =
        "POST /reply HTTP/1.1\r\nHost: www.example:8080 \r\nContent-Length: 42\r\nAccept: */*\r\n\r\n";
    const auto request = scanned(std::string(kHead) + "body");
    CHECK(request.match == StreamMatch::yes);
    CHECK(request.host == "www.example");
    CHECK(request.content_length == 42);
    CHECK(request.head_length == kHead.size());
    CHECK_FALSE(request.connect);
    CHECK_FALSE(request.chunked);
}

TEST_CASE("a request cut anywhere needs more")
{
    for_each_prefix(octets_of("POST /reply HTTP/1.1\r\nHost: www.example\r\n\r\n"), [](const Octets& prefix) {
        CHECK(may_be_http_request(prefix) == !prefix.empty());
        CHECK(scan_http_request(prefix).match == (prefix.empty() ? StreamMatch::no : StreamMatch::need_more));
    });
}

TEST_CASE("the first Host that says something counts, however it is written")
{
    CHECK(host("GET / HTTP/1.1\r\nhOSt:\ta.example\r\nHost: b.example\r\n\r\n") == "a.example");
    CHECK(host("GET / HTTP/1.1\r\nHost:\r\nHost: b.example\r\n\r\n") == "b.example");
    CHECK(host("GET / HTTP/1.1\nHost: lf.example\n\n") == "lf.example");
    CHECK(host("GET / HTTP/1.1\r\nno colon\r\nHost: a.example\r\n\r\n") == "a.example");
    CHECK(host("GET / HTTP/1.1\r\n\r\n").empty());
}

TEST_CASE("without a Host the target's authority counts")
{
    CHECK(host("GET http://u:p@a.example:80/x?y HTTP/1.0\r\n\r\n") == "a.example");
    CHECK(host("GET http://a.example?y HTTP/1.0\r\n\r\n") == "a.example");
    CHECK(host("GET /x HTTP/1.0\r\n\r\n").empty());
    CHECK(host("GET HTTP/1.0\r\n\r\n").empty());
}

TEST_CASE("CONNECT names where the stream goes, and its Host counts before its target")
{
    const auto request = scanned("CONNECT a.example:443 HTTP/1.1\r\n\r\n");
    CHECK(request.connect);
    CHECK(request.host == "a.example");
    CHECK(host("CONNECT a.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n") == "b.example");
}

TEST_CASE("addresses keep their colons, ports go")
{
    CHECK(host_without_port("[2001:db8::1]:80") == "2001:db8::1");
    CHECK(host_without_port("2001:db8::1") == "2001:db8::1");
    CHECK(host_without_port("[2001:db8::1") == "[2001:db8::1");
    CHECK(host_without_port("a.example") == "a.example");
    CHECK(host_without_port("").empty());
}

TEST_CASE("only a length that is a number is one; chunked is anything but identity")
{
    const auto with = [](const char* field) { return scanned("PUT / HTTP/1.1\r\n" + std::string(field) + "\r\n\r\n"); };
    CHECK_FALSE(with("Content-Length: -1").content_length);
    CHECK_FALSE(with("Content-Length: 12x").content_length);
    CHECK_FALSE(with("Content-Length: 99999999999999999999").content_length);
    CHECK_FALSE(with("Content-Length:").content_length);
    CHECK(with("content-length: 0").content_length == 0);
    CHECK(with("Transfer-Encoding: chunked").chunked);
    CHECK(with("Transfer-Encoding: gzip, chunked").chunked);
    CHECK_FALSE(with("Transfer-Encoding: identity").chunked);
}

TEST_CASE("what is not a request is told at once")
{
    CHECK(scanned("").match == StreamMatch::no);
    CHECK(scanned("HELO mail.example\r\n").match == StreamMatch::no);
    CHECK(scanned("GETX / HTTP/1.1\r\n").match == StreamMatch::no);
    CHECK(scanned("GET /\r\n\r\n").match == StreamMatch::no);
    CHECK(scanned("GET / SPDY/3\r\n\r\n").match == StreamMatch::no);
    CHECK(scanned(std::string_view("\x16\x03\x01", 3)).match == StreamMatch::no);
    CHECK(scanned("UNSUBSCRIBE / HTTP/1.1\r\n\r\n").match == StreamMatch::yes);
    CHECK(scanned("VERSION-CONTROL / HTTP/1.1\r\n\r\n").match == StreamMatch::yes);
}

TEST_CASE("requests of damaged clients are read when they have a Host")
{
    CHECK(host("GET /gen.php?x=1\r\nHost: a.example\r\nConnection:keep-alive\r\n\r\n") == "a.example");
    CHECK(host("OPTIONS\nHost: a.example\n\n") == "a.example");
    CHECK(host("POST /HTTP/1.1\r\nHost: a.example\r\n\r\n") == "a.example");
    CHECK(host("GET / HTTP/x.1\r\nHost: a.example\r\n\r\n") == "a.example");
    CHECK(host("CCM_POST / HTTP/1.1\r\nHost: a.example\r\n\r\n") == "a.example");
    CHECK(scanned("GET /\r\nno field\r\nHost: a.example\r\n\r\n").match == StreamMatch::no);
    CHECK(scanned("GET /\r\n\r\n").match == StreamMatch::no);
    CHECK(scanned("GET/ HTTP/1.1\r\nHost: a.example\r\n\r\n").match == StreamMatch::no);
}

TEST_CASE("protocols that borrow the methods are not HTTP")
{
    CHECK(scanned("OPTIONS sip:a.example SIP/2.0\r\nHost: a.example\r\n\r\n").match == StreamMatch::no);
    CHECK(scanned("DESCRIBE rtsp://a.example/ RTSP/1.0\r\nHost: a.example\r\n\r\n").match == StreamMatch::no);
    CHECK(scanned("OPTIONS icap://a.example ICAP/1.0\r\nHost: a.example\r\n\r\n").match == StreamMatch::no);
}

TEST_CASE("a head that was cut names its host when that line is whole")
{
    const auto cut = [](std::string_view text) { return std::string(host_in_cut_head(octets_of(text))); };
    CHECK(cut("GET / HTTP/1.1\r\nAccept: */*\r\nHost: a.example\r\nCookie: x") == "a.example");
    CHECK(cut("GET / HTTP/1.1\r\nHost: a.exam").empty());
    CHECK(cut("GET / HTTP/1.1\r\n\r\nHost: a.example\r\n").empty());
    CHECK(cut("GET /").empty());
    CHECK(cut("SIP/2.0 200 OK\r\nHost: a.example\r\n").empty());
}
