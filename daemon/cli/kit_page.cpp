#include "cli/kit_page.hpp"

#include <sys/random.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "cli/kit_page_html.hpp"

namespace breakwatch {

namespace {

constexpr std::string_view kTooOld = "?old";

struct Press {
    KitDeed deed;
    std::string_view state;
};

// "do=mark&state=12", as the page's own forms send it, and nothing else.
std::optional<Press> read_press(std::string_view body)
{
    constexpr std::string_view kDo = "do=";
    constexpr std::string_view kState = "&state=";
    const auto at = body.find(kState);
    if (!body.starts_with(kDo) || at == std::string_view::npos) return std::nullopt;
    const auto name = body.substr(kDo.size(), at - kDo.size());
    for (const auto deed : {KitDeed::begin, KitDeed::mark, KitDeed::take_back, KitDeed::end, KitDeed::discard}) {
        if (name == form_name(deed)) return Press{deed, body.substr(at + kState.size())};
    }
    return std::nullopt;
}

// What a browser asks for unasked.
bool is_icon(std::string_view path)
{
    return path == "/favicon.ico" || path.starts_with("/apple-touch-icon");
}

// As long for a good guess as for a bad one.
bool same_token(std::string_view one, std::string_view other)
{
    if (one.size() != other.size()) return false;
    volatile unsigned char differ = 0;
    for (std::size_t i = 0; i < one.size(); ++i)
        differ = static_cast<unsigned char>(
            differ | (static_cast<unsigned char>(one[i]) ^ static_cast<unsigned char>(other[i])));
    return differ == 0;
}

}  // namespace

std::string random_token()
{
    std::array<unsigned char, 16> octets{};
    if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size()))
        throw std::runtime_error("the kernel gives no random numbers");
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string token;
    for (const auto octet : octets) {
        token += kDigits[octet >> 4U];
        token += kDigits[octet & 15U];
    }
    return token;
}

KitPage::KitPage(std::string token, std::function<KitView()> view, std::function<void(KitDeed)> act)
    : token_(std::move(token)), view_(std::move(view)), act_(std::move(act))
{}

PageReply KitPage::answer(const PageRequest& request)
{
    const auto path = request.target.substr(0, request.target.find('?'));
    const bool known = path.size() == token_.size() + 2 && path.front() == '/' && path.back() == '/' &&
                       same_token(path.substr(1, token_.size()), token_);
    if (!known) {
        if (!is_icon(path)) ++strangers_;
        return {};
    }
    if (request.method == "POST") return post(request.body);
    if (request.method != "GET" && request.method != "HEAD") return {405, "", "", ""};
    return show(request.target.substr(path.size()) == kTooOld);
}

PageReply KitPage::post(std::string_view body)
{
    const auto press = read_press(body);
    if (!press) return {400, "", "", ""};
    if (view_().stage != stage_ || press->state != std::to_string(state_))
        return {303, path() + std::string(kTooOld), "", ""};
    ++state_;
    act_(press->deed);
    return {303, path(), "", ""};
}

PageReply KitPage::show(bool too_old)
{
    const auto view = view_();
    // What was offered in another stage is offered no more.
    if (std::exchange(stage_, view.stage) != view.stage) ++state_;
    auto nonce = random_token();
    auto body = kit_page_html(view, state_, too_old, nonce);
    return {200, "", std::move(body), std::move(nonce)};
}

}  // namespace breakwatch
