// Records out of what messaging services send: batches and envelopes, whole and broken.
#include "feeds/calls/core/call_records.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <array>
#include <vector>

namespace breakwatch {
namespace {

using Texts = std::vector<std::string>;

struct Seen {
    Texts good;
    Texts wrong;  // places
};

Seen read(const std::string& bytes, Envelopes envelopes = Envelopes::all)
{
    Seen seen;
    CallRecords records(CallFormat::json([](std::string_view) { return CallStatements{}; }, envelopes));
    const auto take = [&](const CallRecords::Record& record) {
        if (record.text) {
            seen.good.emplace_back(*record.text);
        } else {
            seen.wrong.push_back(place_of("f", record));
        }
    };
    records.feed(bytes, take);
    records.finish_whole(take);
    return seen;
}

std::string base64(std::string_view bytes)
{
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto part = bytes.substr(at, 3);
        unsigned group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8U | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i) text += i <= part.size() ? kLetters[group >> (18U - 6U * i) & 63U] : '=';
    }
    return text;
}

std::string gzip(const std::string& plain)
{
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::vector<unsigned char> in(plain.begin(), plain.end());
    std::vector<unsigned char> out(plain.size() + 100);
    stream.next_in = in.data();
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    const auto size = out.size() - stream.avail_out;
    deflateEnd(&stream);
    return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)};
}

const std::string kOne = R"({"n":1})";
const std::string kTwo = R"({"n":2})";
const std::string kOneInText = R"("{\"n\":1}")";

}  // namespace

TEST_CASE("a record stands alone as it came, and a list is a record each")
{
    CHECK(read(R"({ "n" : 1 })"
               "\n" +
               kTwo)
              .good == Texts{R"({ "n" : 1 })", kTwo});
    CHECK(read("[" + kOne + ",\n " + kTwo + "]").good == Texts{kOne, kTwo});
    CHECK(read(kOne + kTwo + "[" + kOne + "]").good == Texts{kOne, kTwo, kOne});
}

TEST_CASE("envelopes of messaging services are opened")
{
    const Texts one{kOne};
    const auto packed = base64(kOne);
    CHECK(
        read(R"({"Records":[{"eventSource":"aws:kinesis","kinesis":{"partitionKey":"p","data":")" + packed + R"("}}]})")
            .good == one);
    CHECK(read(R"({"requestId":"r","timestamp":1795452962675,"records":[{"data":")" + packed + R"("}]})").good == one);
    CHECK(read(R"({"invocationId":"i","records":[{"recordId":"1","approximateArrivalTimestamp":1,"data":")" + packed +
               R"("}]})")
              .good == one);
    CHECK(read(R"({"Records":[{"SequenceNumber":"1","PartitionKey":"p","Data":")" + packed + R"("}]})").good == one);
    CHECK(read(R"({"version":"0","id":"x","detail-type":"t","source":"s","detail":)" + kOne + "}").good == one);
    CHECK(read(R"({"Type":"Notification","MessageId":"m","Message":)" + kOneInText + "}").good == one);
    CHECK(read(R"({"Records":[{"EventSource":"aws:sns","Sns":{"Type":"Notification","Message":)" + kOneInText + "}}]}")
              .good == one);
    CHECK(read(R"({"Records":[{"messageId":"m","eventSource":"aws:sqs","body":)" + kOneInText + "}]}").good == one);
    CHECK(read(R"({"Messages":[{"MessageId":"m","ReceiptHandle":"h","Body":)" + kOneInText + "}]}").good == one);
    CHECK(read(R"({"specversion":"1.0","type":"t","id":"i","data":)" + kOne + "}").good == one);
    CHECK(read(R"({"specversion":"1.0","type":"t","id":"i","data_base64":")" + packed + "\"}").good == one);
    CHECK(read(R"({"message":{"data":")" + packed + R"(","messageId":"1"},"subscription":"s"})").good == one);
    CHECK(read(R"({"records":{"t-0":[{"topic":"t","partition":0,"offset":1,"value":")" + packed + R"("}]}})").good ==
          one);
    const auto logs =
        R"({"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"id":"1","timestamp":1795452962675,"message":)" +
        kOneInText + "}]}";
    CHECK(read(R"({"awslogs":{"data":")" + base64(gzip(logs)) + "\"}}").good == one);
    const auto control = read(R"({"messageType":"CONTROL_MESSAGE","logGroup":"g"})");
    CHECK(control.good.empty());
    CHECK(control.wrong.empty());
}

TEST_CASE("an envelope in an envelope is opened too, and a payload may hold several records")
{
    const auto sqs_of_sns =
        R"({"Records":[{"messageId":"m","body":"{\"Type\":\"Notification\",\"Message\":\"{\\\"n\\\":1}\"}"}]})";
    CHECK(read(sqs_of_sns).good == Texts{kOne});
    CHECK(read(R"({"records":[{"data":")" + base64(kOne + kTwo + "\n[" + kOne + "]") + R"("}]})").good ==
          Texts{kOne, kTwo, kOne});
}

TEST_CASE("a format that reads events by their kind keeps that envelope")
{
    const auto event = R"({"detail-type":"t","detail":)" + kOne + "}";
    CHECK(read("[" + event + "]", Envelopes::keep_event).good == Texts{event});
}

TEST_CASE("one bad record of a batch refuses only itself, by its place")
{
    const auto seen = read("\n[" + kOne + ",7," + kTwo +
                           "]\n"
                           R"({"records":[{"data":"!"},{"data":")" +
                           base64(kOne) + "\"},{\"data\":\"" + base64("hello") + "\"}]}");
    CHECK(seen.good == Texts{kOne, kTwo, kOne});
    CHECK(seen.wrong == Texts{"f:2[2]", "f:3[1]", "f:3[3]"});
    const auto waits = read(R"({"Type":"SubscriptionConfirmation","MessageId":"m","SubscribeURL":"https://x"})");
    CHECK(waits.wrong == Texts{"f:1"});
}

TEST_CASE("batches are bounded in depth, number and size")
{
    CHECK(read(std::string(10, '[') + std::string(10, ']')).wrong.size() == 1);
    std::string many = "[";
    for (int i = 0; i < 10'500; ++i) many += std::string(i == 0 ? "" : ",") + kOne;
    const auto seen = read(many + "]");
    CHECK(seen.good.size() == 10'000);
    CHECK(seen.wrong.size() == 1);
    CHECK(read("[{\"n\":\"" + std::string(70'000, 'x') + "\"}," + kOne + "]").good == Texts{kOne});
    const auto bomb = gzip(std::string(8UL * 1024 * 1024, ' '));
    CHECK(read(R"({"awslogs":{"data":")" + base64(bomb) + "\"}}").wrong.size() == 1);
}

}  // namespace breakwatch
