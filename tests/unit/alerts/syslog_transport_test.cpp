// Each transport against a real socket on loopback.
#include "alerts/transports/syslog_transport.hpp"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <optional>

#include "unit/alerts/receivers.hpp"
#include "unit/alerts/sender.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using boost::system::error_code;
using Way = SyslogConfig::Transport;

TEST_CASE("UDP: a message is a datagram")
{
    boost::asio::io_context io;
    UdpReceiver receiver(io, {kLoopback, 0});
    Sender sender(io, to(Way::udp, receiver.local().port()));
    CHECK(!sender.send("<132>1 one"));
    CHECK(!sender.send(std::string(2048, 't')));
    run_until(io, [&] { return receiver.received.size() == 2; });
    CHECK(receiver.received == std::vector<std::string>{"<132>1 one", std::string(2048, 't')});
    CHECK(sender.transport->connected());
    CHECK(sender.transport->peer() == "127.0.0.1:" + std::to_string(receiver.local().port()));
}

TEST_CASE("messages of one request arrive in their order, each as one")
{
    boost::asio::io_context io;
    UdpReceiver datagrams(io, {kLoopback, 0});
    TcpReceiver stream(io, {kLoopback, 0});
    Sender by_udp(io, to(Way::udp, datagrams.local().port()));
    Sender by_tcp(io, to(Way::tcp, stream.local().port()));
    for (auto* sender : {&by_udp, &by_tcp}) CHECK(!sender->send(std::vector<std::string>{"one", "two", "three"}));
    run_until(io, [&] { return datagrams.received.size() == 3 && stream.bytes(0).size() == 17; });
    CHECK(datagrams.received == std::vector<std::string>{"one", "two", "three"});
    CHECK(stream.bytes(0) == "3 one3 two5 three");
}

TEST_CASE("UDP: a refused datagram is a failure of that datagram, and the next one is sent anew")
{
    boost::asio::io_context io;
    const auto port = free_port();
    Sender sender(io, to(Way::udp, port));
    CHECK(sender.send("lost") == boost::asio::error::connection_refused);
    CHECK_FALSE(sender.transport->connected());
    UdpReceiver receiver(io, {kLoopback, port});
    CHECK(!sender.send("here"));
    CHECK(receiver.received == std::vector<std::string>{"here"});
}

TEST_CASE("UDP: a name with several addresses is tried on each in turn")
{
    boost::asio::io_context io;
    UdpReceiver receiver(io, {kLoopback, 0});
    auto config = to(Way::udp, receiver.local().port());
    config.host = "localhost";  // often ::1 first, where nobody listens
    Sender sender(io, config);
    for (int i = 0; i < 3 && receiver.received.empty(); ++i) sender.send("m");
    CHECK_FALSE(receiver.received.empty());
}

TEST_CASE("TCP: messages are counted in octets (RFC 6587 3.4.1) on one connection")
{
    boost::asio::io_context io;
    TcpReceiver receiver(io, {kLoopback, 0});
    Sender sender(io, to(Way::tcp, receiver.local().port()));
    CHECK(!sender.connect());
    CHECK(sender.transport->connected());
    CHECK(!sender.send("<132>1 one"));
    CHECK(!sender.send("電"));
    run_until(io, [&] { return receiver.bytes(0).size() == 18; });
    CHECK(receiver.bytes(0) == "10 <132>1 one3 電");
    CHECK(receiver.accepted() == 1);
}

TEST_CASE("TCP: for a receiver of lines each message ends with a line feed, and holds none (RFC 6587 3.4.2)")
{
    boost::asio::io_context io;
    TcpReceiver receiver(io, {kLoopback, 0});
    auto config = to(Way::tcp, receiver.local().port());
    config.framing = SyslogConfig::Framing::lf;
    Sender sender(io, config);
    CHECK(!sender.send("<132>1 one"));
    CHECK(!sender.send("<132>1 two\nthree"));
    run_until(io, [&] { return receiver.bytes(0).size() == 28; });
    CHECK(receiver.bytes(0) == "<132>1 one\n<132>1 two three\n");
}

TEST_CASE("TCP: IPv6 works and is written in brackets")
{
    boost::asio::io_context io;
    std::optional<TcpReceiver> receiver;
    try {
        receiver.emplace(io, tcp::endpoint(boost::asio::ip::address_v6::loopback(), 0));
    } catch (const boost::system::system_error&) {
        MESSAGE("no IPv6 on this machine's loopback");
        return;
    }
    auto config = to(Way::tcp, receiver->local().port());
    config.host = "::1";
    Sender sender(io, config);
    CHECK(!sender.send("x"));
    CHECK(sender.transport->peer() == "[::1]:" + std::to_string(receiver->local().port()));
}

TEST_CASE("TCP: nobody there is a failure, and the next attempt finds who came later")
{
    boost::asio::io_context io;
    const auto port = free_port();
    Sender sender(io, to(Way::tcp, port));
    CHECK(sender.send("early") == boost::asio::error::connection_refused);
    TcpReceiver receiver(io, {kLoopback, port});
    CHECK(!sender.send("late"));
    run_until(io, [&] { return receiver.accepted() == 1 && receiver.bytes(0) == "4 late"; });
}

TEST_CASE("TCP: a peer that closed is noticed while nothing is sent")
{
    boost::asio::io_context io;
    TcpReceiver receiver(io, {kLoopback, 0});
    Sender sender(io, to(Way::tcp, receiver.local().port()));
    CHECK(!sender.send("one"));
    receiver.close_connections();
    run_until(io, [&] { return !sender.transport->connected(); });
}

TEST_CASE("TCP: nothing is written to a peer that closed a moment ago")
{
    boost::asio::io_context io;
    TcpReceiver receiver(io, {kLoopback, 0});
    Sender sender(io, to(Way::tcp, receiver.local().port()));
    CHECK(!sender.send("one"));
    run_until(io, [&] { return receiver.bytes(0) == "3 one"; });
    receiver.close_connections();  // the loop has not come round to it
    CHECK(!sender.send("two"));
    run_until(io, [&] { return receiver.accepted() == 2 && receiver.bytes(1) == "3 two"; });
}

TEST_CASE("TCP: a peer that does not read is a failure in time, not a delivery")
{
    boost::asio::io_context io;
    TcpReceiver receiver(io, {kLoopback, 0}, false);
    Sender sender(io, to(Way::tcp, receiver.local().port()));
    error_code error;
    int taken = 0;
    const auto begun = std::chrono::steady_clock::now();
    for (; taken < 50 && !error; ++taken) error = sender.send(std::string(8'000, 's'));
    CHECK(error == boost::asio::error::timed_out);
    CHECK(taken < 50);
    CHECK(std::chrono::steady_clock::now() - begun < milliseconds{2'500});
    CHECK_FALSE(sender.transport->connected());
}

TEST_CASE("a name that does not exist, and a path too long for a socket, are failures")
{
    boost::asio::io_context io;
    auto config = to(Way::tcp, 514);
    config.host = "no such host";
    Sender by_name(io, config);
    CHECK(by_name.send("x"));
    config.transport = Way::local;
    config.path = "/" + std::string(300, 'p');
    Sender by_path(io, config);
    CHECK(by_path.send("x") == boost::asio::error::name_too_long);
}

TEST_CASE("local: a datagram socket gets messages, and again after its server came anew")
{
    boost::asio::io_context io;
    const Folder folder;
    auto config = to(Way::local, 0);
    config.path = folder.file("log");
    Sender sender(io, config);
    CHECK(sender.send("none") == boost::system::errc::no_such_file_or_directory);
    std::optional<LocalReceiver> receiver;
    receiver.emplace(io, config.path.string());
    CHECK(!sender.send("one"));
    run_until(io, [&] { return receiver->received == std::vector<std::string>{"one"}; });
    CHECK(sender.transport->peer() == config.path.string());

    receiver.reset();
    std::filesystem::remove(config.path);
    receiver.emplace(io, config.path.string());
    CHECK(sender.send("to the old one") == boost::asio::error::connection_refused);
    CHECK(!sender.send("two"));
    run_until(io, [&] { return receiver->received == std::vector<std::string>{"two"}; });
}

TEST_CASE("local: a stream socket gets messages that end with NUL")
{
    boost::asio::io_context io;
    const Folder folder;
    auto config = to(Way::local, 0);
    config.path = folder.file("log");
    StreamReceiver<boost::asio::local::stream_protocol> receiver(io, config.path.string());
    Sender sender(io, config);
    CHECK(!sender.connect());
    CHECK(!sender.send("one"));
    CHECK(!sender.send("two"));
    run_until(io, [&] { return receiver.bytes(0).size() == 8; });
    CHECK(receiver.bytes(0) == std::string("one\0two\0", 8));
}

TEST_CASE("local: a server that changes from stream to datagram is followed")
{
    boost::asio::io_context io;
    const Folder folder;
    auto config = to(Way::local, 0);
    config.path = folder.file("log");
    Sender sender(io, config);
    {
        StreamReceiver<boost::asio::local::stream_protocol> stream(io, config.path.string());
        CHECK(!sender.send("one"));
        stream.shut();
        run_for(io, milliseconds{5});
    }
    std::filesystem::remove(config.path);
    LocalReceiver receiver(io, config.path.string());
    CHECK(!sender.send("two"));
    run_until(io, [&] { return receiver.received == std::vector<std::string>{"two"}; });
}

TEST_CASE("after close no handler is called, at whatever turn of the loop it comes")
{
    const Folder folder;
    for (const auto transport : {Way::udp, Way::tcp, Way::local}) {
        for (int turns = 0; turns < 12; ++turns) {
            boost::asio::io_context io;
            std::optional<UdpReceiver> datagrams;
            std::optional<TcpReceiver> stream;
            auto config = to(transport, 0);
            config.path = folder.file("absent");
            if (transport == Way::udp) config.port = datagrams.emplace(io, udp::endpoint(kLoopback, 0)).local().port();
            if (transport == Way::tcp) config.port = stream.emplace(io, tcp::endpoint(kLoopback, 0)).local().port();
            auto sender = make_syslog_transport(io, config, short_times());
            bool closed = false;
            bool called_after = false;
            sender->send({"m"}, [&](error_code) { called_after = closed; });
            for (int i = 0; i < turns; ++i) io.restart(), io.poll_one();
            sender->close();
            closed = true;
            if (turns % 2 == 0) sender.reset();
            run_for(io, milliseconds{25});
            CHECK_FALSE(called_after);
        }
    }
}

TEST_CASE("what was closed before its turn is not sent")
{
    boost::asio::io_context io;
    UdpReceiver receiver(io, {kLoopback, 0});
    const auto sender = make_syslog_transport(io, to(Way::udp, receiver.local().port()), short_times());
    sender->send({"m"}, [](error_code) { CHECK(false); });
    sender->close();
    run_for(io, milliseconds{30});
    CHECK(receiver.received.empty());
    CHECK_FALSE(sender->connected());
}

TEST_CASE("a loop that ends in the middle of a look-up or a write leaves nothing behind")
{
    for (const char* host : {"127.0.0.1", "localhost"}) {
        std::shared_ptr<SyslogTransport> sender;
        boost::asio::io_context io;
        TcpReceiver receiver(io, {kLoopback, 0}, false);
        auto config = to(Way::tcp, receiver.local().port());
        config.host = host;
        sender = make_syslog_transport(io, config, short_times());
        sender->send({std::string(100'000, 'm')}, [](error_code) { CHECK(false); });
        io.poll();
        sender->close();
        sender.reset();
    }
}
