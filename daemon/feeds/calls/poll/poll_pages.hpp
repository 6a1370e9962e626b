// The requests of one look at a service, and where an answer leads: pure.
#pragma once

#include <boost/json/value.hpp>
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "config/call_mapping.hpp"
#include "feeds/core/https_exchange.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// Where the looks have come to; kept over restarts.
struct PollPlace {
    std::optional<Timestamp> until;  // all before it was asked for
    std::string cursor;              // of `keep_cursor`: the cursor or url that goes on
};

struct PollWindow {
    Timestamp since;
    Timestamp until;
};
PollWindow next_window(const PollRequest& request, const PollPlace& place, Timestamp now);

// The pages of one look.
class PollPages {
  public:
    // `url`: of the feed. `zone`: of local times in requests.
    PollPages(const PollRequest& request, HttpsUrl url, PollWindow window, std::string cursor, std::string zone);

    HttpsRequest request() const;
    // What follows an answer with so many records; false: this was the last. The error is in words.
    std::expected<bool, std::string> follow(const HttpsAnswer& answer, std::size_t records);
    const std::string& cursor() const { return cursor_; }
    unsigned pages() const { return pages_; }

  private:
    std::string filled(std::string_view text, bool encoded) const;
    std::expected<bool, std::string> go_to(std::string next);

    const PollRequest& request_;
    HttpsUrl url_;
    PollWindow window_;
    std::string zone_;
    std::string cursor_;  // or the url of the next page
    unsigned page_;
    unsigned pages_ = 0;
    std::set<std::string> seen_;
};

// The target of rel="next" in a Link header (RFC 8288); empty: none.
std::string next_link(std::string_view link);

}  // namespace breakwatch
