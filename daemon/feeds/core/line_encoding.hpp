// Octets of machines, line by line, to valid UTF-8. Nothing is refused here, since a name that cannot be read is worth
// less than the call it stands in: what is in no known encoding becomes U+FFFD, and that is said.
//
//     const auto line = lines_.decode(octets);          // LineEncoding lines_{config.encoding}
//     if (!line.note.empty()) refusals_.warn(line.note, where, line.note, at);
//     format(line.text);
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/encoding.hpp"

namespace breakwatch {

class LineEncoding {
  public:
    struct Line {
        std::string text;
        std::string note;  // what has to be told, in words; the same for every line of its kind
    };

    explicit LineEncoding(Encoding encoding = Encoding::automatic) : encoding_(encoding) {}

    // UTF-8 stays. By `automatic` what was recognised once without doubt is tried on later lines as well.
    Line decode(std::string_view octets);

  private:
    Encoding encoding_;
    std::optional<Encoding> recognised_;
};

}  // namespace breakwatch
