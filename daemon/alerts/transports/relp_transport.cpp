// RELP's client: the receiver says of each message that it has it (rsyslog's imrelp), in clear or by TLS.
#include <algorithm>
#include <boost/asio/error.hpp>
#include <utility>

#include "alerts/transports/relp_frame.hpp"
#include "alerts/transports/stream_connection.hpp"
#include "alerts/transports/tls_stream.hpp"

namespace breakwatch {

namespace {

using boost::system::error_code;

constexpr std::size_t kRelpWindow = 128;
constexpr unsigned kOk = 200;
constexpr std::string_view kOffer = "relp_version=0\nrelp_software=breakwatch," BREAKWATCH_VERSION "\ncommands=syslog";

class RelpTransport final : public StreamConnection {
  public:
    RelpTransport(boost::asio::io_context& io, SyslogPeer peer, std::unique_ptr<ByteStream> stream,
                  const SyslogTimes& times)
        : StreamConnection(io, std::move(peer), std::move(stream), times)
    {}

    std::size_t window() const override { return kRelpWindow; }
    bool acknowledges() const override { return true; }
    std::size_t acknowledged() const override
    {
        return static_cast<std::size_t>(std::ranges::find(answered_, false) - answered_.begin());
    }
    std::string reason(error_code error) const override;
    bool refused() const override { return !fault_.empty() || StreamConnection::refused(); }

  private:
    void begun() override
    {
        answered_.clear();
        fault_.clear();
    }
    void greet() override;
    void write() override;
    void leave() override
    {
        stream().write(relp_frame(next_transaction(), "close", ""), [](error_code) {});
    }
    void received(std::string_view octets) override;
    void take(const RelpFrame& frame);
    void take_answer(const RelpFrame& frame);
    void break_off(std::string fault);
    std::uint32_t next_transaction();
    void send_frames(std::string frames);

    RelpParser parser_;
    std::uint32_t transaction_ = 0;  // the last given
    std::uint32_t opening_ = 0;      // of the open command; 0 it was answered
    std::uint32_t first_ = 0;        // of the messages of this request
    std::vector<bool> answered_;     // of these, by 200
    std::string fault_;              // what the receiver said that it should not
};

std::string RelpTransport::reason(error_code error) const
{
    return fault_.empty() ? StreamConnection::reason(error) : "RELP: " + fault_;
}

std::uint32_t RelpTransport::next_transaction()
{
    transaction_ = transaction_ == kMostRelpTransaction ? 1 : transaction_ + 1;
    return transaction_;
}

void RelpTransport::greet()
{
    parser_ = {};
    transaction_ = 0;
    opening_ = next_transaction();
    send_frames(relp_frame(opening_, "open", kOffer));
}

void RelpTransport::write()
{
    // Numbers of one request follow each other: an answer's place is its distance from the first.
    if (transaction_ > kMostRelpTransaction - kRelpWindow) transaction_ = 0;
    first_ = transaction_ + 1;
    answered_.assign(messages().size(), false);
    std::string frames;
    for (const auto& message : messages()) frames += relp_frame(next_transaction(), "syslog", message);
    send_frames(std::move(frames));
}

void RelpTransport::send_frames(std::string frames)
{
    stream().write(std::move(frames), in_request([this](error_code error) {
                       if (error) finish(error);
                   }));
}

void RelpTransport::received(std::string_view octets)
{
    std::vector<RelpFrame> frames;
    const bool good = parser_.take(octets, frames);
    for (const auto& frame : frames) {
        const auto before = connection();
        take(frame);
        if (connection() != before) return;
    }
    if (!good) break_off("what answers there does not speak RELP");
}

void RelpTransport::take(const RelpFrame& frame)
{
    if (frame.command == "rsp") return take_answer(frame);
    if (frame.command == "serverclose") return lost(boost::asio::error::eof);
    break_off("an unknown command from the receiver");
}

void RelpTransport::take_answer(const RelpFrame& frame)
{
    const auto answer = relp_answer(frame.data);
    if (!answer) return break_off("an answer without a code");
    if (answer->code != kOk)
        return break_off("the receiver refuses: " + std::to_string(answer->code) + ' ' + answer->text);
    if (opening_ != 0) {
        if (frame.transaction != opening_) return break_off("an answer to what was not said");
        opening_ = 0;
        if (frame.data.find("commands=") != std::string::npos && frame.data.find("syslog") == std::string::npos)
            return break_off("the receiver takes no syslog");
        return opened({});
    }
    const auto place = std::size_t{frame.transaction} - first_;
    if (frame.transaction < first_ || place >= answered_.size() || answered_[place])
        return break_off("an answer to what was not said");
    answered_[place] = true;
    if (acknowledged() == answered_.size()) return finish({});
    set_deadline(times().write, boost::asio::error::timed_out);  // slow is not mute
}

void RelpTransport::break_off(std::string fault)
{
    fault_ = std::move(fault);
    lost(boost::system::errc::make_error_code(boost::system::errc::protocol_error));
}

}  // namespace

std::shared_ptr<SyslogTransport> make_relp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                     const SyslogTimes& times)
{
    auto stream = config.tls ? make_tls_stream(io, tls_settings_of(config)) : make_plain_stream(io);
    return std::make_shared<RelpTransport>(io, peer_of(config), std::move(stream), times);
}

}  // namespace breakwatch
