// The page of a kit as HTML: Japanese and English, no script, nothing from elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/kit_page.hpp"

namespace breakwatch {

// What a form sends for it.
std::string_view form_name(KitDeed deed);

// `state` goes into the forms. `too_old`: the last press came from an old page and was not counted.
std::string kit_page_html(const KitView& view, std::uint64_t state, bool too_old, std::string_view style_nonce);

}  // namespace breakwatch
