// ASCII digits, whatever the locale.
#pragma once

namespace breakwatch {

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

}  // namespace breakwatch
