#include "decode/dns_message.hpp"

#include <doctest/doctest.h>

#include "support/hex.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

Octets label(std::string_view text)
{
    return with_length(octets_of(text), 1);
}

// A response to one A question for www.example, whose name stands at octet 12.
Octets response(unsigned answers, const Octets& records)
{
    return hex("1234 8180 0001") + big_endian(answers, 2) + hex("0000 0000") + label("WWW") + label("Example") +
           hex("00 0001 0001") + records;
}

Octets record(const Octets& owner, unsigned type, const Octets& value)
{
    return owner + big_endian(type, 2) + hex("0001 0000012c") + with_length(value, 2);
}

const auto kOwner = hex("c00c");

}  // namespace

TEST_CASE("a response gives the question and the addresses, in lower case")
{
    const auto message = decode_dns(
        response(2, record(kOwner, 1, hex("c6336407")) + record(kOwner, 28, hex("20010db8000000000000000000000080"))));
    REQUIRE(message);
    CHECK(message->response);
    CHECK(message->rcode == 0);
    CHECK(message->question == "www.example");
    CHECK(message->question_type == 1);
    REQUIRE(message->answers.size() == 2);
    CHECK(message->answers[0].owner == "www.example");
    CHECK(message->answers[0].address == ip("198.51.100.7"));
    CHECK(message->answers[0].ttl == 300);
    CHECK(message->answers[1].address == ip("2001:db8::80"));
}

TEST_CASE("an alias is followed by its name, with compression inside it")
{
    const auto message = decode_dns(response(
        2, record(kOwner, 5, label("edge") + hex("c010")) + record(label("edge") + hex("c010"), 1, hex("c6336407"))));
    REQUIRE(message);
    REQUIRE(message->answers.size() == 2);
    CHECK(message->answers[0].target == "edge.example");
    CHECK(message->answers[1].owner == "edge.example");
}

TEST_CASE("service bindings give hints and say whether hellos are encrypted")
{
    const auto parameters =
        hex("0001 0003 026832 | 0004 0008 c6336407 c6336408 | 0005 0002 0000 | 0006 0010"
            "20010db8000000000000000000000080");
    const auto message = decode_dns(response(2, record(kOwner, 65, hex("0001 00") + parameters) +
                                                    record(kOwner, 64, hex("0000") + label("svc") + hex("00"))));
    REQUIRE(message);
    REQUIRE(message->answers.size() == 2);
    CHECK(message->answers[0].target.empty());
    CHECK(message->answers[0].has_ech);
    CHECK(message->answers[0].hints ==
          std::vector<IpAddress>{ip("198.51.100.7"), ip("198.51.100.8"), ip("2001:db8::80")});
    CHECK(message->answers[1].target == "svc");
    CHECK_FALSE(message->answers[1].has_ech);
}

TEST_CASE("a service binding's parameters that overrun are not believed")
{
    const auto cut = decode_dns(
        response(2, record(kOwner, 65, hex("0001 00 0005 0009 00")) + record(kOwner, 65, hex("0001 05 61"))));
    REQUIRE(cut);
    REQUIRE(cut->answers.size() == 2);
    CHECK_FALSE(cut->answers[0].has_ech);
    CHECK(cut->answers[1].hints.empty());
}

TEST_CASE("other records, and addresses of a wrong length, are passed over")
{
    const auto message =
        decode_dns(response(4, record(kOwner, 16, label("text")) + record(kOwner, 1, hex("c633")) +
                                   record(kOwner, 28, hex("2001")) + record(kOwner, 1, hex("c6336407"))));
    REQUIRE(message);
    REQUIRE(message->answers.size() == 1);
    CHECK(message->answers[0].address == ip("198.51.100.7"));
}

TEST_CASE("what stands before a broken record is still true")
{
    const auto good = record(kOwner, 1, hex("c6336407"));
    CHECK(decode_dns(response(2, good + hex("c0ff")))->answers.size() == 1);                   // points beyond the end
    CHECK(decode_dns(response(2, good + record(kOwner, 5, hex("45"))))->answers.size() == 1);  // broken alias
    CHECK(decode_dns(response(9, good))->answers.size() == 1);
}

TEST_CASE("a question is decoded as well as a response, several as well as one")
{
    const auto query = decode_dns(hex("1234 0100 0002 0000 0000 0000") + label("a") + hex("00 0041 0001") + label("b") +
                                  hex("00 0001 0001"));
    REQUIRE(query);
    CHECK_FALSE(query->response);
    CHECK(query->question == "a");
    CHECK(query->question_type == dns_type::https);
    const auto refused = decode_dns(hex("1234 8183 0000 0000 0000 0000"));
    REQUIRE(refused);
    CHECK(refused->rcode == 3);
    CHECK(refused->question.empty());
}

TEST_CASE("names are bounded: pointers in circles, forward chains, 255 octets, forbidden label types")
{
    const auto question = [](const Octets& name) {
        return decode_dns(hex("1234 0100 0001 0000 0000 0000") + name + hex("0001 0001"));
    };
    CHECK(question(hex("c00c")).error() == DecodeError::bad_value);               // itself
    CHECK(question(hex("c00e c00c")).error() == DecodeError::bad_value);          // two in a circle
    CHECK(question(label("a") + hex("c00c")).error() == DecodeError::bad_value);  // growing in a circle
    CHECK(question(hex("41 61 00")).error() == DecodeError::bad_value);           // RFC 2671's label types
    CHECK(question(hex("80 61 00")).error() == DecodeError::bad_value);
    CHECK(question(hex("c0")).error() == DecodeError::bad_value);
    Octets name;
    for (int i = 0; i < 3; ++i) name = name + with_length(Octets(63, 'x'), 1);
    CHECK(question(name + with_length(Octets(61, 'y'), 1) + hex("00"))->question.size() == 253);
    CHECK(question(name + with_length(Octets(63, 'y'), 1) + label("z") + hex("00")).error() == DecodeError::bad_value);
}

TEST_CASE("octets that could pass for another name are written out as numbers")
{
    const auto message = decode_dns(hex("1234 0100 0001 0000 0000 0000") + label("x.com") +
                                    label(std::string("a\0b\xff ", 5)) + hex("00 0001 0001"));
    REQUIRE(message);
    CHECK(message->question == R"(x\046com.a\000b\255\032)");
}

TEST_CASE("a flood of answers ends at the limit")
{
    Octets records;
    for (int i = 0; i < 300; ++i) records = records + record(kOwner, 1, hex("c6336407"));
    CHECK(decode_dns(response(300, records))->answers.size() == kMostDnsAnswers);
    const auto hints = hex("0001 00 0004 0050") + Octets(0x50, 7);
    CHECK(decode_dns(response(1, record(kOwner, 65, hints)))->answers.at(0).hints.size() == 16);
}

TEST_CASE("messages cut anywhere are errors or have fewer answers")
{
    const auto whole = response(
        2, record(kOwner, 5, label("edge") + hex("c010")) + record(hex("c029"), 65, hex("0001 00 0004 0004 c6336407")));
    REQUIRE(decode_dns(whole)->answers.size() == 2);
    for_each_prefix(whole, [&whole](const Octets& prefix) {
        const auto message = decode_dns(prefix);
        CHECK(message.has_value() == (prefix.size() >= 29));
        if (message) CHECK(message->answers.size() < 2);
    });
}
