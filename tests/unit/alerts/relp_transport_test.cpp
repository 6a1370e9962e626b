// RELP against a receiver of the test, which answers as it is told to.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>

#include "alerts/transports/relp_frame.hpp"
#include "unit/alerts/sender.hpp"
#include "unit/alerts/tls_receiver.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using boost::system::error_code;

namespace {

// One connection at a time.
class RelpReceiver {
  public:
    explicit RelpReceiver(boost::asio::io_context& io) : acceptor_(io, {kLoopback, 0}), socket_(io) { accept(); }

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    void say(const std::string& octets) { boost::asio::write(socket_, boost::asio::buffer(octets)); }
    void close() { socket_.close(); }

    std::string offered;                // by the last open
    std::vector<std::string> messages;  // of all connections
    std::vector<std::uint32_t> transactions;
    std::string greeting = "200 OK\nrelp_version=0\nrelp_software=test\ncommands=syslog";
    std::size_t answers = 1'000'000;  // so many messages, the rest not
    std::string answer = "200 OK";
    int accepted = 0;

  private:
    void accept()
    {
        acceptor_.async_accept([this](error_code error, tcp::socket socket) {
            if (error) return;
            ++accepted;
            socket_ = std::move(socket);
            parser_ = {};
            read();
            accept();
        });
    }
    void read()
    {
        socket_.async_read_some(boost::asio::buffer(buffer_), [this](error_code error, std::size_t size) {
            if (error) return;
            std::vector<RelpFrame> frames;
            CHECK(parser_.take({buffer_.data(), size}, frames));
            for (const auto& frame : frames) take(frame);
            read();
        });
    }
    void take(const RelpFrame& frame)
    {
        if (frame.command == "open") {
            offered = frame.data;
            return say(relp_frame(frame.transaction, "rsp", greeting));
        }
        CHECK(frame.command == "syslog");
        messages.push_back(frame.data);
        transactions.push_back(frame.transaction);
        if (messages.size() <= answers) say(relp_frame(frame.transaction, "rsp", answer));
    }

    tcp::acceptor acceptor_;
    tcp::socket socket_;
    RelpParser parser_;
    std::array<char, 4096> buffer_{};
};

std::vector<std::string> numbered(int count)
{
    std::vector<std::string> all;
    for (int i = 1; i <= count; ++i) all.push_back("<132>1 message " + std::to_string(i));
    return all;
}

SyslogConfig by_relp(std::uint16_t port)
{
    return to(SyslogConfig::Transport::relp, port);
}

}  // namespace

TEST_CASE("RELP: a session is opened, and messages are sent when the receiver says that it has them")
{
    boost::asio::io_context io;
    RelpReceiver receiver(io);
    Sender sender(io, by_relp(receiver.port()));
    CHECK(!sender.connect());
    CHECK(receiver.offered.starts_with("relp_version=0\n"));
    CHECK(receiver.offered.ends_with("\ncommands=syslog"));
    CHECK(sender.transport->acknowledges());
    CHECK(sender.transport->window() == 128);
    CHECK(!sender.send(numbered(128)));
    CHECK(receiver.messages == numbered(128));
    CHECK(sender.transport->acknowledged() == 128);
    CHECK(!sender.send("one more"));
    CHECK(receiver.transactions.front() == 2);
    CHECK(receiver.transactions.back() == 130);
    CHECK(receiver.accepted == 1);
}

TEST_CASE("RELP: of a batch whose connection breaks it is known how many the receiver has")
{
    boost::asio::io_context io;
    RelpReceiver receiver(io);
    receiver.answers = 3;
    Sender sender(io, by_relp(receiver.port()));
    boost::asio::steady_timer closes(io, milliseconds{60});
    closes.async_wait([&](error_code) { receiver.close(); });
    const auto error = sender.send(numbered(5));
    REQUIRE(error);
    CHECK(sender.transport->acknowledged() == 3);
    CHECK_FALSE(sender.transport->refused());  // it went away, no more
    // What is known of that batch is not said of the next.
    receiver.answers = 1'000'000;
    CHECK(!sender.send(numbered(2)));
    CHECK(sender.transport->acknowledged() == 2);
    CHECK(receiver.messages.size() == 7);
}

TEST_CASE("RELP: of a batch that never reached a receiver none is said to be there")
{
    boost::asio::io_context io;
    std::uint16_t port = 0;
    std::optional<Sender> sender;
    {
        RelpReceiver receiver(io);
        port = receiver.port();
        sender.emplace(io, by_relp(port));
        CHECK(!sender->send(numbered(4)));
        receiver.close();
    }
    run_for(io, milliseconds{10});
    CHECK(sender->send(numbered(4)));
    CHECK(sender->transport->acknowledged() == 0);
}

TEST_CASE("RELP: a receiver that takes and does not answer is a failure in time")
{
    boost::asio::io_context io;
    RelpReceiver receiver(io);
    receiver.answers = 0;
    Sender sender(io, by_relp(receiver.port()));
    CHECK(sender.send("m") == boost::asio::error::timed_out);
    CHECK(sender.transport->refused());
    CHECK_FALSE(sender.transport->connected());
}

TEST_CASE("RELP: a receiver that refuses is told with its words, and nothing counts as arrived")
{
    boost::asio::io_context io;
    RelpReceiver receiver(io);
    Sender sender(io, by_relp(receiver.port()));
    const auto words = [&] {
        const auto error = sender.send("m");
        REQUIRE(error);
        CHECK(sender.transport->refused());
        CHECK(sender.transport->acknowledged() == 0);
        return sender.transport->reason(error);
    };
    receiver.answer = "500 no room";
    CHECK(words() == "RELP: the receiver refuses: 500 no room");
    receiver.greeting = "500 required command not supported";
    CHECK(words() == "RELP: the receiver refuses: 500 required command not supported");
    receiver.greeting = "200 OK\nrelp_version=0\ncommands=other";
    CHECK(words() == "RELP: the receiver takes no syslog");
    receiver.greeting = "OK";
    CHECK(words() == "RELP: an answer without a code");
}

TEST_CASE("RELP: a receiver that says what it should not is left, and heard again at the next attempt")
{
    boost::asio::io_context io;
    RelpReceiver receiver(io);
    receiver.answers = 0;
    for (const auto* octets : {"2 rsp 6 200 OK\n2 rsp 6 200 OK\n", "9 rsp 6 200 OK\n", "0 rsp 6 200 OK\n", "nonsense",
                               "4294967295 rsp 0\n", "2 what 0\n"}) {
        CAPTURE(octets);
        Sender sender(io, by_relp(receiver.port()));
        boost::asio::steady_timer says(io, milliseconds{30});
        says.async_wait([&](error_code) { receiver.say(octets); });
        const auto error = sender.send(numbered(2));
        REQUIRE(error);
        CHECK(sender.transport->reason(error).starts_with("RELP: "));
        CHECK(sender.transport->acknowledged() <= 1);
    }
    receiver.answers = 1'000'000;
    Sender sender(io, by_relp(receiver.port()));
    CHECK(!sender.send("m"));
}

TEST_CASE("RELP: a receiver that says that it closes is connected to anew")
{
    boost::asio::io_context io;
    RelpReceiver receiver(io);
    Sender sender(io, by_relp(receiver.port()));
    int lost = 0;
    sender.transport->when_lost([&](error_code) { ++lost; });
    CHECK(!sender.send("one"));
    receiver.say("0 serverclose 0\n");
    run_until(io, [&] { return lost == 1; });
    CHECK(!sender.send("two"));
    CHECK(receiver.accepted == 2);
    CHECK(receiver.messages == std::vector<std::string>{"one", "two"});
}

TEST_CASE("RELP by TLS: no session is offered to a receiver that is not believed")
{
    boost::asio::io_context io;
    TlsReceiver good(io, "good");
    auto times = short_times();
    times.connect = milliseconds{600};
    Sender sender(io, by_tls(good.port(), SyslogConfig::Transport::relp), times);
    CHECK(sender.send("m"));  // it does not answer
    CHECK(good.bytes.starts_with("1 open "));
    CHECK(good.bytes.ends_with("commands=syslog\n"));
    TlsReceiver stranger(io, "stranger");
    Sender refused(io, by_tls(stranger.port(), SyslogConfig::Transport::relp), times);
    const auto error = refused.send("m");
    CHECK(refused.transport->reason(error).starts_with("TLS: the certificate is of a CA that is not trusted"));
    CHECK(stranger.bytes.empty());
}
