#include "decode/tls_client_hello.hpp"

#include <doctest/doctest.h>

#include "support/client_hello.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

Octets part(const Octets& octets, std::size_t from, std::size_t to)
{
    return {octets.begin() + static_cast<std::ptrdiff_t>(from), octets.begin() + static_cast<std::ptrdiff_t>(to)};
}

// The scan's outcome with its names copied out of the stream.
struct Outcome {
    StreamMatch match;
    std::string server_name;
    std::string first_alpn;
    bool encrypted_hello;
    bool encrypted_name;
};

Outcome outcome(const ClientHelloScan& scan)
{
    return {scan.match, std::string(scan.hello.server_name), std::string(scan.hello.first_alpn),
            scan.hello.encrypted_hello, scan.hello.encrypted_name};
}

Outcome scanned(const Octets& stream)
{
    std::vector<std::uint8_t> joined;
    return outcome(scan_client_hello(stream, joined));
}

Outcome with_extensions(const Octets& extensions)
{
    return scanned(tls_record(client_hello(extensions)));
}

}  // namespace

TEST_CASE("a hello names its server and its first protocol")
{
    const auto hello = scanned(hello_to("upload.example"));
    CHECK(hello.match == StreamMatch::yes);
    CHECK(hello.server_name == "upload.example");
    CHECK(hello.first_alpn == "h2");
    CHECK_FALSE(hello.encrypted_hello);
    CHECK_FALSE(hello.encrypted_name);
}

TEST_CASE("a hello cut anywhere needs more")
{
    for_each_prefix(hello_to("upload.example"), [](const Octets& prefix) {
        CHECK(scanned(prefix).match == (prefix.empty() ? StreamMatch::no : StreamMatch::need_more));
        CHECK(may_be_client_hello(prefix) == !prefix.empty());
    });
    for_each_prefix(client_hello(server_name_extension("upload.example")),
                    [](const Octets& prefix) { CHECK(scan_handshake(prefix).match == StreamMatch::need_more); });
}

TEST_CASE("a hello split over records, even after one octet, is joined")
{
    const auto message = client_hello(alpn_extension("h2") + server_name_extension("upload.example"));
    for (std::size_t at = 1; at < message.size(); ++at) {
        const auto stream = tls_record(part(message, 0, at)) + tls_record(part(message, at, message.size()));
        const auto hello = scanned(stream);
        CHECK(hello.match == StreamMatch::yes);
        CHECK(hello.server_name == "upload.example");
    }
    const auto three = tls_record(part(message, 0, 5)) + tls_record(part(message, 5, 50)) +
                       tls_record(part(message, 50, message.size()));
    CHECK(scanned(three).server_name == "upload.example");
}

TEST_CASE("another record before the hello is complete ends the search")
{
    const auto message = client_hello(server_name_extension("upload.example"));
    const auto begun = tls_record(part(message, 0, 20));
    CHECK(scanned(begun + tls_record(hex("02 28"), 21)).match == StreamMatch::no);
    CHECK(scanned(begun + hex("16 0301 0000")).match == StreamMatch::no);
    CHECK(scanned(begun + hex("16 0301 ffff")).match == StreamMatch::no);
    CHECK(scanned(begun + hex("16 0201 0004 00000000")).match == StreamMatch::no);
}

TEST_CASE("other handshakes and other protocols are no hellos")
{
    CHECK(scanned(tls_record(handshake(2, Octets(40)))).match == StreamMatch::no);
    CHECK(scanned(octets_of("GET / HTTP/1.1\r\n")).match == StreamMatch::no);
    CHECK(scanned(hex("16 02 01 0030 01")).match == StreamMatch::no);
    CHECK(scanned(hex("16 0301 0000 01")).match == StreamMatch::no);
    CHECK(scanned(hex("16 0301 ffff 01")).match == StreamMatch::no);
    CHECK(scanned(hex("16 0305 0030 01")).match == StreamMatch::no);
    CHECK(scanned(hex("16 02")).match == StreamMatch::no);
    CHECK(scan_handshake(hex("02")).match == StreamMatch::no);
    CHECK(scan_handshake(hex("01 00ffff 00")).match == StreamMatch::no);  // longer than a hello can be
    CHECK(scan_handshake(handshake(1, hex("0200") + Octets(40))).match == StreamMatch::no);
    CHECK(scan_handshake(handshake(1, hex("0303") + Octets(30))).match == StreamMatch::no);
}

TEST_CASE("a hello without extensions has no name")
{
    const auto body = hex("0301") + Octets(32) + hex("00 | 0002 002f | 01 00");
    const auto hello = scanned(tls_record(handshake(1, body)));
    CHECK(hello.match == StreamMatch::yes);
    CHECK(hello.server_name.empty());
}

TEST_CASE("encrypted hellos are marked, real and pretended ones alike")
{
    const auto outer = with_extensions(server_name_extension("front.example") + extension(0xfe0d, hex("00 0001 0001")));
    CHECK(outer.encrypted_hello);
    CHECK(outer.server_name == "front.example");
    CHECK_FALSE(with_extensions(extension(0xfe0d, hex("01"))).encrypted_hello);  // the inner kind
    CHECK_FALSE(with_extensions(extension(0xfe0d, {})).encrypted_hello);
    CHECK(with_extensions(extension(0xffce, hex("1301"))).encrypted_name);
}

TEST_CASE("the first host name counts, in the first list that has one")
{
    const auto list = [](const Octets& entries) { return extension(0, with_length(entries, 2)); };
    CHECK(with_extensions(list(hex("07 0002 7878") + hex("00 0001 61") + hex("00 0001 62"))).server_name == "a");
    CHECK(with_extensions(server_name_extension("a") + server_name_extension("b")).server_name == "a");
    CHECK(with_extensions(list({})).server_name.empty());
    CHECK(with_extensions(list(hex("00 0009 61"))).server_name.empty());               // longer than its list
    CHECK(with_extensions(extension(0, hex("0009 00 0001 61"))).server_name.empty());  // a list longer than there is
    CHECK(with_extensions(extension(16, hex("0003 09 6832"))).first_alpn.empty());
}

TEST_CASE("extensions that overrun are not believed; those before them are")
{
    const auto hello = with_extensions(server_name_extension("a") + hex("0010 0020 00"));
    CHECK(hello.match == StreamMatch::yes);
    CHECK(hello.server_name == "a");
}

TEST_CASE("an SSL 2.0 hello is a hello without a name")
{
    const auto hello = hex("802e 01 0002 0015 0000 0010") + Octets(0x15 + 0x10);
    CHECK(scanned(hello).match == StreamMatch::yes);
    CHECK(scanned(hello).server_name.empty());
    CHECK(may_be_client_hello(hello));
    auto wrong = hello;
    wrong[1] = 0x2f;
    CHECK(scanned(wrong).match == StreamMatch::no);
    wrong = hello;
    wrong[3] = 9;
    CHECK(scanned(wrong).match == StreamMatch::no);
    for_each_prefix(part(hello, 0, 11), [](const Octets& prefix) { CHECK(scanned(prefix).match == StreamMatch::no); });
}

TEST_CASE("a hello that was cut names its server when that extension is whole")
{
    std::vector<std::uint8_t> joined;
    const auto cut = [&](const Octets& stream) { return std::string(name_in_cut_hello(stream, joined)); };
    const auto message = client_hello(server_name_extension("a.example") + extension(21, Octets(900, 0)));
    const auto one = tls_record(message);
    CHECK(cut({one.begin(), one.end() - 500}) == "a.example");
    CHECK(cut({one.begin(), one.begin() + 60}).empty());
    const Octets first(message.begin(), message.begin() + 45);
    const Octets second(message.begin() + 45, message.end());
    const auto two = tls_record(first) + tls_record(second);
    CHECK(cut({two.begin(), two.end() - 500}) == "a.example");
    CHECK(cut(octets_of("no hello at all")).empty());
    CHECK(cut(tls_record(Octets{1, 0, 0})).empty());
}

TEST_CASE("a DTLS hello in one datagram names its server, one in fragments needs more")
{
    const auto body = hex("fefd") + Octets(32, 7) + hex("00 02aabb 0002 c02b 01 00") +
                      with_length(server_name_extension("dtls.example"), 2);
    const auto record = [](const Octets& inside) { return hex("16 feff 0000 000000000000") + with_length(inside, 2); };
    const auto whole =
        record(Octets{1} + big_endian(body.size(), 3) + hex("0000 000000") + big_endian(body.size(), 3) + body);
    const auto scan = scan_dtls_hello(whole);
    CHECK(scan.match == StreamMatch::yes);
    CHECK(scan.hello.server_name == "dtls.example");
    CHECK(scan_dtls_hello(record(Octets{1} + big_endian(body.size(), 3) + hex("0000 000000 000010") + Octets(16, 0)))
              .match == StreamMatch::need_more);
    CHECK(scan_dtls_hello(record(Octets{2} + big_endian(body.size(), 3) + hex("0000 000000 000010"))).match ==
          StreamMatch::no);
    CHECK(scan_dtls_hello(tls_record(body)).match == StreamMatch::no);
    for_each_prefix(whole, [](const Octets& prefix) { CHECK(scan_dtls_hello(prefix).match != StreamMatch::yes); });
}
