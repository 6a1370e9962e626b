// How the records of a call system are to be read, as somebody wrote it down in breakwatch-mapping(5): what a
// record looks like, where in it each fact stands, and what it means. Read by load_call_mapping, carried
// out by feeds/calls/mapped; the requests of a poll by feeds/calls/poll.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/encoding.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// A text put together from what stands in the record: "{date} {time}", "/contactId".
struct FieldPart {
    bool reference = false;  // else a text that is always the same
    std::string text;
};
using FieldTemplate = std::vector<FieldPart>;

struct MappedField {
    // The first that gives something counts; of `agent` each is a name of the same person.
    std::vector<FieldTemplate> from;
    std::map<std::string, std::string> values;  // in lower case -> the word of ours
    std::optional<std::string> otherwise;       // for what `values` does not name

    bool given() const { return !from.empty(); }
};

// The places of what a statement about a call or an agent can hold.
struct MappedFields {
    MappedField id, agent, queue, channel, ended_by, reason;
    MappedField at, started_at, answered_at, ended_at;  // moments
    MappedField ring, talk, hold, wrap, total;          // durations
};

// One thing asked of a record; all of those that stand must hold.
struct MappedCondition {
    FieldTemplate field;
    std::vector<std::string> is;      // one of these, in any case of letters
    std::vector<std::string> is_not;  // none of these
    std::optional<bool> given;        // something stands there, or nothing
    std::optional<double> above;      // as a duration, in seconds
};

struct MappedEvent {
    enum class Says : std::uint8_t { contact, begin, end, login, logout, pause, unpause, heartbeat, nothing };
    std::vector<Says> says;
    std::vector<MappedCondition> when;
    MappedFields fields;  // those of the mapping, with what this event says otherwise
};

struct FixedColumn {
    std::size_t at = 0;  // octets from the record's first, which is 0
    std::size_t length = 0;
};

// The requests of a poll, and how the answers lead on.
struct PollRequest {
    enum class Next : std::uint8_t { none, url, cursor, page, link_header };

    std::string method = "GET";
    std::string path = {};                                        // after the feed's url
    std::vector<std::pair<std::string, std::string>> query = {};  // values hold {since}, {until}, {cursor}, {page}
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};  // the same, of POST
    std::string content_type = "application/json";
    std::string time_format = "rfc3339";  // of {since} and {until}
    Next next = Next::none;
    std::string next_at = {};                     // JSON pointer: to the next url or cursor
    std::string more_at = {};                     // JSON pointer: false or 0 there ends the pages
    bool keep_cursor = false;                     // the cursor goes on at the next look, not from the start of a window
    Duration overlap = std::chrono::minutes{10};  // so far back each look begins before the end of the last
    Duration first = std::chrono::hours{2};       // so far back the very first look begins
    Duration span = std::chrono::hours{24};       // no window is longer
    unsigned first_page = 1;
    unsigned most_pages = 100;  // of one look; more: told, and the rest at the next
};

struct CallMapping {
    enum class Shape : std::uint8_t { json, csv, fixed, pattern, form };
    enum class Unit : std::uint8_t { seconds, milliseconds, minutes, clock, hmmt };

    std::string name;  // of the preset or file, for messages
    Shape shape = Shape::json;
    Encoding encoding = Encoding::automatic;  // of a feed that names none itself
    std::string records;                      // json: pointer to the array of records, `*` for any element
    std::vector<std::string> columns;         // csv: where no heading names them
    char separator = ',';
    std::map<std::string, FixedColumn> fixed;
    std::vector<std::string> patterns;
    std::size_t record_length = 0;  // octets of a record without a line end; 0: lines
    std::vector<std::string> time_formats{"rfc3339"};
    std::string time_zone;            // of local times; empty: the feed's
    Unit unit = Unit::seconds;        // of durations
    std::vector<MappedEvent> events;  // the first whose conditions hold says what a record means
    std::optional<PollRequest> poll;
};

}  // namespace breakwatch
