#include "cli/kit_texts.hpp"

#include <sstream>

#include "config/embedded_data.hpp"

namespace breakwatch {

std::vector<std::string> kit_text(std::string_view label, std::string_view language)
{
    std::istringstream page(embedded_data("calibration-kit.md"));
    const auto head = "<!-- " + std::string(label) + " " + std::string(language) + " -->";
    std::vector<std::string> steps;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (inside && line == "<!-- end -->") break;
        if (const auto dot = line.find(". "); inside && dot != std::string::npos) steps.push_back(line.substr(dot + 2));
        inside = inside || line == head;
    }
    return steps;
}

}  // namespace breakwatch
