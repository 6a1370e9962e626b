// Syslog by TLS against a real TLS server on loopback: who is believed, who is refused and why.
#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <fstream>
#include <optional>

#include "alerts/transports/syslog_transport.hpp"
#include "unit/alerts/sender.hpp"
#include "unit/alerts/tls_receiver.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using boost::system::error_code;

namespace {

// Why a receiver with this certificate is refused; "" it is taken. Whatever it is, nothing arrives unless it is taken.
std::string refusal(const std::string& certificate, const std::function<void(SyslogTls&)>& change = {})
{
    boost::asio::io_context io;
    TlsReceiver receiver(io, certificate);
    auto config = by_tls(receiver.port());
    if (change) change(*config.tls);
    Sender sender(io, config);
    const auto error = sender.send("<132>1 secret");
    run_for(io, milliseconds{20});
    CHECK(receiver.bytes == (error ? "" : "13 <132>1 secret"));
    CHECK(sender.transport->refused() == bool(error));
    CHECK(sender.transport->connected() == !error);
    return error ? sender.transport->reason(error) : "";
}

std::string fingerprint(const std::string& certificate)
{
    boost::asio::io_context io;
    TlsReceiver receiver(io, certificate);
    auto config = by_tls(receiver.port());
    config.tls->verify = false;
    Sender sender(io, config);
    CHECK(!sender.connect());
    return sender.transport->agreed()->fingerprint;
}

}  // namespace

TEST_CASE("TLS: messages are counted on a connection of TLS 1.2 or later, whose terms are known")
{
    boost::asio::io_context io;
    TlsReceiver receiver(io, "good");
    Sender sender(io, by_tls(receiver.port()));
    CHECK(!sender.send(std::vector<std::string>{"<132>1 one", "<132>1 two"}));
    CHECK(!sender.send("three"));
    run_until(io, [&] { return receiver.bytes.size() == 33; });
    CHECK(receiver.bytes == "10 <132>1 one10 <132>1 two5 three");
    CHECK(receiver.accepted == 1);
    const auto agreed = sender.transport->agreed();
    REQUIRE(agreed);
    CHECK(agreed->version == "TLSv1.3");
    CHECK(agreed->subject == "/CN=good");
    CHECK(agreed->fingerprint.size() == 64);
}

TEST_CASE("TLS: each certificate that is not to be believed is refused with its reason, and nothing is sent")
{
    CHECK(refusal("good").empty());
    CHECK(refusal("expired").starts_with("TLS: the certificate has expired, at 20"));
    CHECK(refusal("future").starts_with("TLS: the certificate is not valid before 20"));
    CHECK(refusal("elsewhere") == "TLS: the certificate is for elsewhere.example; expected one for 127.0.0.1");
    CHECK(refusal("stranger") == "TLS: the certificate is of a CA that is not trusted here: /CN=other-ca");
    CHECK(refusal("selfsigned") == "TLS: the certificate is self-signed; expected one of a CA that is trusted here");
    CHECK(refusal("weak").starts_with("TLS: a key or digest of the certificate is weak; expected RSA of 2048 bits"));
    CHECK(refusal("revoked").empty());  // nobody says so
    const auto with_crl = [](SyslogTls& tls) { tls.crl = certificates() / "crl.pem"; };
    CHECK(refusal("revoked", with_crl) == "TLS: the certificate is revoked");
    CHECK(refusal("good", with_crl).empty());
}

TEST_CASE("TLS: the name is the host's unless another is configured, and a wildcard of a part is none")
{
    CHECK(refusal("good", [](SyslogTls& tls) { tls.name = "localhost"; }).empty());
    CHECK(refusal("elsewhere", [](SyslogTls& tls) { tls.name = "elsewhere.example"; }).empty());
    CHECK(refusal("good", [](SyslogTls& tls) { tls.name = "siem.example"; }) ==
          "TLS: the certificate is for localhost; expected one for siem.example");
}

TEST_CASE("TLS: a pinned certificate is taken, whoever signed it, and no other; its dates count all the same")
{
    const auto pin = [](const std::string& of) {
        return [of](SyslogTls& tls) {
            tls.ca.clear();
            tls.fingerprints = {of};
        };
    };
    CHECK(refusal("selfsigned", pin(fingerprint("selfsigned"))).empty());
    CHECK(refusal("elsewhere", pin(fingerprint("elsewhere"))).empty());
    CHECK(refusal("good", pin(fingerprint("elsewhere")))
              .starts_with("TLS: the certificate has another fingerprint than those expected: "));
    CHECK(refusal("expired", pin(fingerprint("expired"))).starts_with("TLS: the certificate has expired"));
    // With a CA both have to hold.
    CHECK(refusal("stranger", [](SyslogTls& tls) {
              tls.fingerprints = {fingerprint("stranger")};
          }).starts_with("TLS: the certificate is of a CA that is not trusted"));
}

TEST_CASE("TLS: without verification whoever answers is believed, and only then")
{
    for (const auto* certificate : {"expired", "stranger", "selfsigned", "weak"}) {
        CAPTURE(certificate);
        CHECK(refusal(certificate, [](SyslogTls& tls) { tls.verify = false; }).empty());
    }
}

TEST_CASE("TLS: a server that has TLS 1.1 at most is refused")
{
    boost::asio::io_context io;
    TlsReceiver receiver(io, "good");
    SSL_CTX_set_max_proto_version(receiver.context().native_handle(), TLS1_1_VERSION);
    Sender sender(io, by_tls(receiver.port()));
    const auto error = sender.send("m");
    REQUIRE(error);
    CHECK(sender.transport->reason(error) == "TLS: the server has no TLS 1.2 or later");
}

TEST_CASE("TLS: a server of plain text on the port gets nothing in clear, whatever it does")
{
    boost::asio::io_context io;
    const auto words = [&](std::uint16_t port) {
        auto times = short_times();
        times.connect = milliseconds{600};
        Sender sender(io, by_tls(port), times);
        const auto error = sender.send("<132>1 secret");
        REQUIRE(error);
        CHECK(sender.transport->refused());
        return sender.transport->reason(error);
    };
    TcpReceiver silent(io, {kLoopback, 0});
    CHECK(words(silent.local().port()) == "TLS: no answer to the TLS handshake in time; expected a port of TLS");
    CHECK(silent.bytes(0).find("secret") == std::string::npos);
    CHECK(silent.bytes(0).starts_with("\x16\x03"));  // a ClientHello

    tcp::acceptor talker(io, {kLoopback, 0});
    std::optional<tcp::socket> guest;
    talker.async_accept([&](error_code, tcp::socket socket) {
        guest.emplace(std::move(socket));
        guest->write_some(boost::asio::buffer("220 mail.example ESMTP\r\n", 24));
    });
    CHECK(words(talker.local_endpoint().port()) ==
          "TLS: what answers there does not speak TLS; expected a port of TLS");

    tcp::acceptor closer(io, {kLoopback, 0});
    closer.async_accept([&](error_code, tcp::socket socket) { socket.close(); });
    CHECK(words(closer.local_endpoint().port()).starts_with("TLS: closed in the middle of the TLS handshake"));
}

TEST_CASE("TLS: a receiver that asks for our certificate gets it, and says so when it is not the right one")
{
    boost::asio::io_context io;
    TlsReceiver receiver(io, "good", true);
    auto config = by_tls(receiver.port());
    std::string lost;
    {
        Sender without(io, config);
        without.transport->when_lost([&](error_code error) { lost = without.transport->reason(error); });
        const auto error = without.connect();  // of TLS 1.3: the refusal comes after
        run_until(io, [&] { return error || !lost.empty(); });
        CHECK(
            (error ? without.transport->reason(error) : lost).starts_with("TLS: the server refuses our certificate: "));
    }
    config.tls->certificate = certificates() / "client.pem";
    config.tls->key = certificates() / "client.key";
    Sender with(io, config);
    const auto error = with.send("mine");
    CHECK_MESSAGE(!error, with.transport->reason(error));
    run_until(io, [&] { return receiver.bytes == "4 mine"; });
}

TEST_CASE("TLS: a file of ours that is no good is told with its name, before anything is sent")
{
    const auto words = [](const std::function<void(SyslogTls&)>& change) { return refusal("good", change); };
    const auto folder = certificates().path();
    CHECK(words([&](SyslogTls& tls) { tls.ca = folder / "none.pem"; }) ==
          "TLS: " + (folder / "none.pem").string() + ": No such file or directory");
    CHECK(words([&](SyslogTls& tls) {
              tls.ca = folder / "good.key";
          }).starts_with("TLS: " + (folder / "good.key").string() + " is no PEM file with a certificate"));
    CHECK(words([&](SyslogTls& tls) {
              tls.crl = folder / "ca.pem";
          }).starts_with("TLS: " + (folder / "ca.pem").string() + " is no PEM file with a CRL"));
    CHECK(words([&](SyslogTls& tls) { tls.certificate = folder / "client.pem", tls.key = folder / "good.key"; }) ==
          "TLS: " + (folder / "good.key").string() + " is not the key of " + (folder / "client.pem").string());
    CHECK(words([&](SyslogTls& tls) {
              tls.certificate = folder / "weak.pem", tls.key = folder / "weak.key";
          }).starts_with("TLS: " + (folder / "weak.pem").string() + " has a weak key"));
}

TEST_CASE("TLS: a certificate that was renewed on the disk is believed from the next connection on")
{
    boost::asio::io_context io;
    const TemporaryFolder folder;
    const auto ca = folder.write("ca.pem", certificates().read("other-ca.pem"));
    TlsReceiver receiver(io, "good");
    auto config = by_tls(receiver.port());
    config.tls->ca = ca;
    Sender sender(io, config);
    CHECK(sender.send("m"));
    folder.write("ca.pem", certificates().read("ca.pem"));
    CHECK(!sender.send("m"));
}

TEST_CASE("TLS: a connection that breaks is noticed while nothing is sent, and begun anew")
{
    boost::asio::io_context io;
    TlsReceiver receiver(io, "good");
    Sender sender(io, by_tls(receiver.port()));
    int lost = 0;
    sender.transport->when_lost([&](error_code) { ++lost; });
    CHECK(!sender.send("one"));
    receiver.close_connections();
    run_until(io, [&] { return lost == 1; });
    CHECK_FALSE(sender.transport->connected());
    CHECK(!sender.send("two"));
    run_until(io, [&] { return receiver.bytes == "3 one3 two"; });
    CHECK(receiver.accepted == 2);
}

TEST_CASE("TLS: after close no handler is called, at whatever turn of the loop it comes")
{
    for (int turns = 0; turns < 40; ++turns) {
        boost::asio::io_context io;
        TlsReceiver receiver(io, "good");
        auto sender = make_syslog_transport(io, by_tls(receiver.port()), short_times());
        bool closed = false;
        bool called_after = false;
        sender->send({"m"}, [&](error_code) { called_after = closed; });
        for (int i = 0; i < turns; ++i) io.restart(), io.poll_one();
        sender->close();
        closed = true;
        if (turns % 2 == 0) sender.reset();
        run_for(io, milliseconds{5});
        CHECK_FALSE(called_after);
    }
}
