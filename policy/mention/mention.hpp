// A post that somebody saw: a complaint entered by hand, or a row of a social-listening export. Its platform and its
// time, nothing of what it said or who wrote it.
#pragma once

#include <string>

#include "policy/types.hpp"

namespace breakwatch {

struct Mention {
    std::string source;        // "operator", or the feed's name: the scope of `reference`
    std::string reference;     // the complaint's or the export's own id; the same again takes its place
    std::string platform;      // catalogue name
    Timestamp at;              // when it was posted, as told
    Duration within{0};        // so much earlier or later it may have been
    std::string contact = {};  // the id of the contact that the complaint names, as the call system has it; "": none
    bool withdrawn = false;    // it was a mistake

    bool operator==(const Mention&) const = default;
};

}  // namespace breakwatch
