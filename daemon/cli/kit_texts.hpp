// What a volunteer is told to do in a step, in Japanese and English: read from the page that is handed out on paper
// (daemon/man/calibration-kit.md, built into the binary), so that both say the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

// `label`: text_post, media_post, story or browse_only. `language`: ja or en. In order, without their numbers.
std::vector<std::string> kit_text(std::string_view label, std::string_view language);

}  // namespace breakwatch
