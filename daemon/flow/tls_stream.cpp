#include "flow/tls_stream.hpp"

#include <algorithm>
#include <optional>

namespace breakwatch {
namespace {

constexpr std::size_t kHeader = 5;
constexpr std::uint8_t kApplicationData = 23;
// RFC 8446 section 5.2: 2^14 plus the expansion any cipher may add (TLS 1.2 allows 2048).
constexpr std::uint32_t kMaxRecord = 16'384 + 2'048;
// HTTP/2 SETTINGS, PING, WINDOW_UPDATE and their acknowledgements fit below this once protected.
constexpr std::uint32_t kControlRecord = 60;
// A protected Finished: 4 octets of header, 32 or 48 of verify_data, 1 of type, 16 of tag.
constexpr std::uint32_t kFinishedSha256 = 53;
constexpr std::uint32_t kFinishedSha384 = 69;
// A hole larger than this is another stream's number or days of loss: start again there.
constexpr std::int32_t kMaxHole = 4 * 1024 * 1024;

struct Header {
    std::uint8_t type = 0;
    std::uint32_t length = 0;
};

std::optional<Header> read_header(Bytes bytes)
{
    ByteReader in(bytes);
    const auto type = in.u8();
    const auto major = in.u8();
    const auto minor = in.u8();
    const std::uint32_t length = in.u16();
    if (in.failed() || type < 20 || type > 24 || major != 3 || minor > 4) return std::nullopt;
    if (length == 0 || length > kMaxRecord) return std::nullopt;
    return Header{type, length};
}

}  // namespace

// A segment's payload as two things at once: what was captured, and how long it was on the wire.
struct TlsStream::View {
    Bytes captured;
    std::uint32_t length;

    void skip(std::uint32_t count)
    {
        captured = captured.subspan(std::min<std::size_t>(count, captured.size()));
        length -= count;
    }
};

void TlsStream::begin(std::uint32_t next_sequence)
{
    if (begun_) return;
    next_ = next_sequence;
    begun_ = true;
}

ApplicationBytes TlsStream::take(std::uint32_t sequence, Bytes captured, std::uint32_t length)
{
    ApplicationBytes out;
    if (length == 0) return out;
    begin(sequence);
    auto ahead = static_cast<std::int32_t>(sequence - next_);
    if (ahead > kMaxHole || ahead < -kMaxHole) {
        next_ = sequence;
        ahead = 0;
        body_left_ = 0;
        header_size_ = 0;
        if (step_ == Step::in_step) step_ = Step::lost;
    }
    if (ahead > 0) skip_hole(static_cast<std::uint32_t>(ahead), out);
    View view{captured.first(std::min<std::size_t>(captured.size(), length)), length};
    if (ahead < 0) {
        const auto known = static_cast<std::uint32_t>(-ahead);
        out.found = fill_hole(sequence, std::min(known, length));
        if (known >= length) return out;  // retransmitted, or filling a hole already counted
        view.skip(known);
    }
    next_ += view.length;
    consume(view, out);
    return out;
}

// TCP delivers what the sensor missed: a hole's octets count, as far as they belong to a record
// that counts. Past the current record's end the next header is unknown.
void TlsStream::skip_hole(std::uint32_t length, ApplicationBytes& out)
{
    next_ += length;
    if (step_ == Step::seeking) return;
    hole_end_ = next_;
    const auto body = std::min(length, body_left_);
    body_left_ -= body;
    auto counted = counting_ ? body : 0U;
    if (length > body || header_size_ > 0) {
        step_ = Step::lost;
        header_size_ = 0;
        counted += length - body;
    }
    out.bytes += counted;
    out.missing += counted;
    hole_left_ = counted;
}

// A segment that was late, or sent again because it was lost behind the sensor, is no loss at the sensor.
std::uint32_t TlsStream::fill_hole(std::uint32_t sequence, std::uint32_t length)
{
    const auto before_end = static_cast<std::int32_t>(hole_end_ - sequence);
    if (hole_left_ == 0 || before_end <= 0) return 0;
    const auto filled = std::min({static_cast<std::uint32_t>(before_end), length, hole_left_});
    hole_left_ -= filled;
    return filled;
}

void TlsStream::consume(View view, ApplicationBytes& out)
{
    while (view.length > 0) {
        if (body_left_ > 0) {
            take_body(view, out);
        } else if (step_ == Step::in_step) {
            take_header(view, out);
        } else {
            find_header(view, out);
        }
    }
}

void TlsStream::take_body(View& view, ApplicationBytes& out)
{
    const auto count = std::min(view.length, body_left_);
    if (counting_) out.bytes += count;
    body_left_ -= count;
    view.skip(count);
}

void TlsStream::take_header(View& view, ApplicationBytes& out)
{
    const auto wanted = static_cast<std::uint32_t>(kHeader - header_size_);
    const auto count = std::min(wanted, view.length);
    if (view.captured.size() < count) {  // cut by the snap length
        step_ = Step::lost;
        header_size_ = 0;
        return;
    }
    std::copy_n(view.captured.begin(), count, header_.begin() + header_size_);
    header_size_ = static_cast<std::uint8_t>(header_size_ + count);
    view.skip(count);
    if (header_size_ == kHeader) begin_record(out);
}

void TlsStream::begin_record(ApplicationBytes& out)
{
    header_size_ = 0;
    const auto header = read_header(header_);
    if (!header) {
        step_ = Step::lost;
        return;
    }
    step_ = Step::in_step;
    body_left_ = header->length;
    counting_ = header->type == kApplicationData && header->length > kControlRecord;
    if (header->type == kApplicationData && finished_due_) {
        finished_due_ = false;
        if (header->length == kFinishedSha256 || header->length == kFinishedSha384) counting_ = false;
    }
    if (!counting_) return;
    if (out.records++ == 0) out.first = header->length;
    out.largest = std::max(out.largest, header->length);
}

// The place of the next header is not known. Senders start most flights on a segment boundary, so
// the segment's first octets are tried; otherwise its length is all that can be said.
void TlsStream::find_header(View& view, ApplicationBytes& out)
{
    if (view.captured.size() >= kHeader && read_header(view.captured.first(kHeader))) {
        std::copy_n(view.captured.begin(), kHeader, header_.begin());
        view.skip(kHeader);
        begin_record(out);
        return;
    }
    if (step_ == Step::lost && view.length > kControlRecord + kHeader) {
        out.bytes += view.length;
        out.largest = std::max(out.largest, view.length);
        if (out.records++ == 0) out.first = view.length;
    }
    view.skip(view.length);
}

}  // namespace breakwatch
