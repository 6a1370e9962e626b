// One invented history of a site with its truth: what the wire and the feeds would show, and whose each post really
// was.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/link_config.hpp"
#include "policy/identity/site_scope.hpp"
#include "policy/observation.hpp"
#include "support/frames.hpp"

namespace breakwatch::bench {

struct Shown {
    Timestamp at;        // when it is seen or arrives
    test::Octets frame;  // empty: `fact` of a feed
    Observation fact = Tick{};
};

struct Post {
    Timestamp at;
    std::string truth;      // staff id; "" where it was nobody's here, or no post
    std::string how;        // the row of the table
    bool knowable = false;  // an honest observer of what is shown can tell
    bool blind = false;     // behind a router, and nothing in view says that its device has the address
};

struct History {
    std::vector<EnrolledPerson> people;
    SiteScope scope;
    LinkConfig link;
    bool radius = false;
    std::vector<Shown> shown;  // by time
    std::vector<Post> posts;
};

History roll(std::uint64_t seed);

// Live: everything as it arrives. Replay: the feeds are read to their end at the first packet, as `breakwatchd replay`
// does.
enum class Way : std::uint8_t { live, replay };

// Whom the daemon's own objects name for each post: "", or a staff id.
struct Verdict {
    std::string named;
    std::string why;         // of those that are nobody's: the notice that was told, if one was
    bool ambiguous = false;  // it says between whom
};
std::vector<Verdict> perform(const History& history, Way way);

}  // namespace breakwatch::bench
