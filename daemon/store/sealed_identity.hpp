// Whom an incident is about, sealed so that any two openers together can tell and nobody else: neither one of them nor
// who has all of the sensor's files.
//
// The staff id is encrypted under a random key. For each pair of openers that key is split in two shares, one random
// and one the rest of it; each opener has a box with the share of every pair. Each box names the incident it is of, so
// that nobody is asked about one incident and gives the share of another.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/types.hpp"
#include "store/opener.hpp"

namespace breakwatch {

// What a sealed identity and each of its boxes is bound to.
struct SealedAbout {
    std::string incident;
    std::string subject;  // pseudonym

    bool operator==(const SealedAbout&) const = default;
};

struct SealedIdentity {
    std::vector<Opener> openers;     // those of the time: at least two
    std::vector<std::string> boxes;  // box_of(): octets; empty where an opener would be paired with itself
    std::string body;                // octets

    const std::string& box_of(std::size_t opener, std::size_t other) const
    {
        return boxes[opener * openers.size() + other];
    }
    // None: none of them.
    std::optional<std::size_t> index_of(std::string_view opener_key) const;
};

// `openers`: 2 to kMostOpeners, each with a key that parse_opener_key() takes.
SealedIdentity seal_identity(const StaffId& staff, const SealedAbout& about, const std::vector<Opener>& openers);
// One line. Without the body it is what an opener needs to approve, and tells nothing of whom.
std::string to_json(const SealedIdentity& identity);
// Bounded, whoever wrote it. None: something else, or of a later version.
std::optional<SealedIdentity> sealed_identity_from_json(std::string_view text);

// An opener's shares, in the order of the openers; in words why not: changed, of somebody else, or of another incident.
std::expected<std::vector<std::string>, std::string> unseal_shares(const SealedIdentity& identity, std::size_t opener,
                                                                   const SealedAbout& about,
                                                                   const OpenerSecret& secret);
// None: the shares do not belong together, or something was changed.
std::optional<StaffId> join_shares(const SealedIdentity& identity, const SealedAbout& about, const std::string& one,
                                   const std::string& other);

}  // namespace breakwatch
