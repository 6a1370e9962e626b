// By which bytes a file is known again, as sha256sum(1) prints it.
#pragma once

#include <string>
#include <string_view>

namespace breakwatch {

std::string sha256_hex(std::string_view bytes);

}  // namespace breakwatch
