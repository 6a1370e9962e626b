#include "feeds/calls/mapped/safe_pattern.hpp"

#include <re2/re2.h>

namespace breakwatch {

namespace {

constexpr std::int64_t kMostMemory = 4L * 1024 * 1024;
constexpr std::size_t kLongestPattern = 4096;
constexpr int kMostGroups = 40;

RE2::Options options()
{
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMostMemory);
    options.set_never_nl(false);
    return options;
}

}  // namespace

struct SafePattern::Impl {
    explicit Impl(const std::string& pattern) : expression(pattern, options()) {}

    RE2 expression;
    std::vector<std::string> names;
    std::vector<int> numbers;  // of the groups, in the order of their names
};

std::expected<SafePattern, std::string> SafePattern::make(const std::string& pattern)
{
    if (pattern.size() > kLongestPattern) return std::unexpected("a pattern of more than 4096 characters");
    auto impl = std::make_shared<Impl>(pattern);
    if (!impl->expression.ok()) return std::unexpected("not a regular expression: " + impl->expression.error());
    for (const auto& [name, number] : impl->expression.NamedCapturingGroups()) {
        impl->names.push_back(name);
        impl->numbers.push_back(number);
    }
    if (impl->names.empty())
        return std::unexpected(std::string("a pattern without named groups; expected some such as (?P<agent>[0-9]+)"));
    if (impl->expression.NumberOfCapturingGroups() > kMostGroups)
        return std::unexpected(std::string("a pattern with more than 40 groups"));
    SafePattern made;
    made.impl_ = std::move(impl);
    return made;
}

const std::vector<std::string>& SafePattern::groups() const
{
    return impl_->names;
}

bool SafePattern::match(std::string_view text, std::vector<std::string_view>& values) const
{
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(impl_->expression.NumberOfCapturingGroups()) + 1);
    const re2::StringPiece all(text.data(), text.size());
    if (!impl_->expression.Match(all, 0, text.size(), RE2::ANCHOR_BOTH, found.data(), static_cast<int>(found.size())))
        return false;
    values.clear();
    for (const int number : impl_->numbers) {
        const auto& group = found[static_cast<std::size_t>(number)];
        values.emplace_back(group.data() == nullptr ? std::string_view()
                                                    : std::string_view(group.data(), group.size()));
    }
    return true;
}

std::expected<std::vector<std::string>, std::string> pattern_groups(const std::string& pattern)
{
    const auto made = SafePattern::make(pattern);
    if (!made) return std::unexpected(made.error());
    return made->groups();
}

}  // namespace breakwatch
