// Regular expressions over what others send: time linear in the text, memory bounded, no backtracking (RE2).
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

class SafePattern {
  public:
    // The error is in words.
    static std::expected<SafePattern, std::string> make(const std::string& pattern);

    const std::vector<std::string>& groups() const;
    // What its named groups hold when all of the text fits; `values` is in the order of groups().
    bool match(std::string_view text, std::vector<std::string_view>& values) const;

  private:
    struct Impl;
    std::shared_ptr<const Impl> impl_;
};

// The names of the groups, as load_call_mapping asks for them.
std::expected<std::vector<std::string>, std::string> pattern_groups(const std::string& pattern);

}  // namespace breakwatch
