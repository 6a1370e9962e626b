// The text of a record as UTF-8, which is all that passes this point.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

// `encoding`: a name that load_call_mapping takes; empty: UTF-8. None: it is not in that encoding.
std::optional<std::string> record_text(std::string_view bytes, const std::string& encoding);

}  // namespace breakwatch
