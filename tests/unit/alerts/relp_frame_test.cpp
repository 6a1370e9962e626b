#include "alerts/transports/relp_frame.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace breakwatch;

namespace {

// What comes of octets given in pieces of so many; none: refused.
std::optional<std::vector<RelpFrame>> frames_of(std::string_view octets, std::size_t piece)
{
    RelpParser parser;
    std::vector<RelpFrame> frames;
    while (!octets.empty()) {
        const auto now = octets.substr(0, piece);
        if (!parser.take(now, frames)) return std::nullopt;
        octets.remove_prefix(now.size());
    }
    return frames;
}

bool refused(std::string_view octets)
{
    const bool whole = !frames_of(octets, octets.size());
    CHECK(!frames_of(octets, 1) == whole);
    return whole;
}

}  // namespace

TEST_CASE("a frame is written as the specification has it")
{
    CHECK(relp_frame(1, "open", "relp_version=0") == "1 open 14 relp_version=0\n");
    CHECK(relp_frame(999'999'999, "syslog", "電") == "999999999 syslog 3 電\n");
    CHECK(relp_frame(2, "close", "") == "2 close 0\n");
}

TEST_CASE("frames are read however the stream is cut, also those whose data looks like frames")
{
    const auto stream = relp_frame(1, "rsp", "200 OK\nrelp_version=0\ncommands=syslog") + "0 serverclose 0\n" +
                        "7 rsp 0 \n" + relp_frame(8, "rsp", "8 rsp 6 200 OK\n");
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        const auto frames = frames_of(stream, piece);
        REQUIRE(frames);
        REQUIRE(frames->size() == 4);
        CHECK(frames->at(0).transaction == 1);
        CHECK(frames->at(0).data.ends_with("commands=syslog"));
        CHECK(frames->at(1).command == "serverclose");
        CHECK(frames->at(2).data.empty());
        CHECK(frames->at(3).data == "8 rsp 6 200 OK\n");
    }
}

TEST_CASE("what is no frame is refused at once, however it is cut")
{
    CHECK(refused("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(refused(" 1 rsp 0\n"));
    CHECK(refused("-1 rsp 0\n"));
    CHECK(refused("1  rsp 0\n"));
    CHECK(refused("1 rsp6 0\n"));
    CHECK(refused("1 rsp -1\n"));
    CHECK(refused("1 rsp 6\n200 OK\n"));
    CHECK(refused("1 rsp 6 200 OKX"));
    CHECK(refused(std::string("\0", 1)));
    CHECK(refused("1 rsp 0\n\n"));
}

TEST_CASE("the bounds of a frame hold to the octet, and cost no memory")
{
    CHECK_FALSE(refused("999999999 rsp 0\n"));
    CHECK(refused("1000000000 rsp 0\n"));
    CHECK_FALSE(refused("1 " + std::string(32, 'c') + " 0\n"));
    CHECK(refused("1 " + std::string(33, 'c')));
    CHECK_FALSE(refused("1 rsp 65536 "));
    CHECK(refused("1 rsp 65537 "));
    CHECK(refused("1 rsp 4294967297 "));
    CHECK(refused(std::string(10, '1')));
}

TEST_CASE("hostile octets are frames or refused, and never anything else")
{
    std::minstd_rand random(20'261'128);
    constexpr std::string_view kLikely = "0123456789 \nrspoclyge=\xff";
    for (int round = 0; round < 3'000; ++round) {
        std::string octets = round % 3 == 0 ? relp_frame(7, "rsp", "200 OK") : "";
        for (auto left = random() % 60; left > 0; --left) octets += kLikely[random() % kLikely.size()];
        const auto whole = frames_of(octets, octets.size() + 1);
        const auto cut = frames_of(octets, 1 + random() % 5);
        REQUIRE(whole.has_value() == cut.has_value());
        if (whole) CHECK(whole->size() == cut->size());
    }
}

TEST_CASE("an answer has a code, and a text that a log can bear")
{
    CHECK(relp_answer("200 OK\nrelp_version=0")->code == 200);
    CHECK(relp_answer("500 unknown command")->text == "unknown command");
    CHECK(relp_answer("200")->text.empty());
    CHECK(relp_answer("500 a\x1b[31m\xff")->text == "a?[31m?");
    CHECK(relp_answer("500 " + std::string(5'000, 'x'))->text.size() == 80);
    for (const auto* wrong : {"", "20", "2000 OK", "OK", "2x0 OK", "\n200 OK"}) CHECK_FALSE(relp_answer(wrong));
}
