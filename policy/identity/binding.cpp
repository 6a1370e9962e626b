#include "policy/identity/binding.hpp"

namespace breakwatch {

std::string_view name(Grade grade)
{
    switch (grade) {
        case Grade::strong: return "strong";
        case Grade::medium: return "medium";
        case Grade::weak: return "weak";
    }
    return "weak";
}

}  // namespace breakwatch
