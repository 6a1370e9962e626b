// A head of the chain of evidence: all that was recorded up to one number, in one hash, signed. As text it is one word
// that is found again in whatever a SIEM makes of an event (syslog, JSON, CSV, ...): NUMBER:HASH:SIGNATURE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/chain_key.hpp"
#include "store/hash.hpp"

namespace breakwatch {

struct ChainHead {
    std::uint64_t sequence = 0;
    std::string hash;  // kHashOctets
    bool operator==(const ChainHead&) const = default;
};

struct SignedHead {
    ChainHead head;
    std::string signature;  // 64 octets
    bool operator==(const SignedHead&) const = default;
};

// What is signed: "breakwatch-head:1:NUMBER:HASH", the hash in lower-case hexadecimal digits.
std::string signed_text(const ChainHead& head);
SignedHead sign(const ChainHead& head, const ChainKey& key);
bool is_signed_by(const SignedHead& head, const ChainPublicKey& key);
// "7:3f...:kR..": the number, 64 hexadecimal digits, 86 characters of base64url (RFC 4648, 5).
std::string to_word(const SignedHead& head);

// Finds such words in text of any kind that comes in pieces.
class HeadFinder {
  public:
    // What comes next of the text.
    void add(std::string_view piece) { text_.append(piece); }
    // The next head that is there whole. None: more text is needed, or `at_end`, there is no more.
    std::optional<SignedHead> next(bool at_end);

  private:
    std::string text_;    // from before what was not looked at yet
    std::size_t at_ = 0;  // looked at so far
};

}  // namespace breakwatch
