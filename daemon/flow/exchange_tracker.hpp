// Upstream bursts and their answers on one flow, from sizes and times only.
// One tracker per flow to a platform, owned by the sensor, on its thread. Constant size, nothing
// allocated per packet. Time is packet time; a packet that is late by less than a burst's gap is
// tolerated.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "flow/dissector.hpp"
#include "flow/quic_stream.hpp"
#include "flow/tls_stream.hpp"
#include "policy/activity/exchange.hpp"

namespace breakwatch {

// HTTP in clear: payload octets, once each by sequence number.
class ClearStream {
  public:
    ApplicationBytes take(std::uint32_t sequence, std::uint32_t length);

  private:
    bool begun_ = false;
    std::uint32_t next_ = 0;
};

struct TlsPair {
    TlsStream up{true};
    TlsStream down{false};
};
struct QuicPair {
    QuicStream up;
    QuicStream down;
};
struct ClearPair {
    ClearStream up;
    ClearStream down;
};

class ExchangeTracker {
  public:
    enum class Kind : std::uint8_t { tls, quic, clear };

    explicit ExchangeTracker(Kind kind);

    // A payload-carrying packet or SYN of the flow; `upstream` is seen from the device.
    // The exchange that this packet ended, if any.
    std::optional<ExchangeShape> observe(const Segment& segment, bool upstream);
    // The exchange that ended by silence or by lasting too long.
    std::optional<ExchangeShape> advance(Timestamp now);
    // The flow ended.
    std::optional<ExchangeShape> finish();
    // Whether advance() can have anything to say.
    bool open() const { return open_; }

  private:
    ApplicationBytes account(const Segment& segment, bool upstream);
    bool begins_new(Timestamp time) const;
    void start(Timestamp time);
    void add_up(Timestamp time, const ApplicationBytes& up);
    void add_down(Timestamp time, const ApplicationBytes& down);
    std::optional<ExchangeShape> close();

    std::variant<TlsPair, QuicPair, ClearPair> streams_;
    ExchangeShape current_;
    std::optional<Timestamp> last_activity_;
    bool open_ = false;
    bool answered_ = false;  // application bytes came down since the last upstream ones
    bool any_exchange_ = false;
    bool any_down_ = false;
};

}  // namespace breakwatch
