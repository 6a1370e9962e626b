#include "feeds/calls/poll/poll_pages.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "feeds/calls/mapped/json_records.hpp"
#include "feeds/calls/mapped/mapped_time.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;
using Next = PollRequest::Next;

constexpr std::size_t kLongestCursor = 4096;

std::string text_at(const std::string& body, const std::string& pointer)
{
    boost::system::error_code error;
    const auto document = json::parse(body, error);
    if (error) return {};
    return text_at(JsonPlace{{&document}}, pointer);
}

}  // namespace

PollWindow next_window(const PollRequest& request, const PollPlace& place, Timestamp now)
{
    // A clock that was set back asks for the last moments again.
    const auto since = place.until ? std::min(*place.until, now) - request.overlap : now - request.first;
    return {since, std::min(now, since + request.span)};
}

PollPages::PollPages(const PollRequest& request, HttpsUrl url, PollWindow window, std::string cursor, std::string zone)
    : request_(request),
      url_(std::move(url)),
      window_(window),
      zone_(std::move(zone)),
      cursor_(std::move(cursor)),
      page_(request.first_page)
{
    if (!cursor_.empty()) seen_.insert(cursor_);
}

std::string PollPages::filled(std::string_view text, bool encoded) const
{
    std::string all;
    const auto put = [&](const std::string& value) { all += encoded ? percent_encoded(value) : value; };
    while (!text.empty()) {
        if (text.starts_with("{since}")) {
            put(write_moment(window_.since, request_.time_format, zone_));
            text.remove_prefix(7);
        } else if (text.starts_with("{until}")) {
            put(write_moment(window_.until, request_.time_format, zone_));
            text.remove_prefix(7);
        } else if (text.starts_with("{cursor}")) {
            put(cursor_);
            text.remove_prefix(8);
        } else if (text.starts_with("{page}")) {
            put(std::to_string(page_));
            text.remove_prefix(6);
        } else {
            put(std::string(text.substr(0, 1)));
            text.remove_prefix(1);
        }
    }
    return all;
}

HttpsRequest PollPages::request() const
{
    HttpsRequest made{.method = request_.method, .target = {}, .headers = {}, .body = filled(request_.body, false)};
    for (const auto& [name, value] : request_.headers) made.headers.emplace_back(name, filled(value, false));
    if (request_.method == "POST") made.headers.emplace_back("Content-Type", request_.content_type);
    const bool on_its_way = (request_.next == Next::url || request_.next == Next::link_header) && !cursor_.empty();
    if (on_its_way) {
        const auto next = parse_https_url(cursor_);
        made.target = next ? next->target : url_.target;
        return made;
    }
    made.target = url_.target.ends_with('/') && request_.path.starts_with('/')
                      ? url_.target.substr(0, url_.target.size() - 1)
                      : url_.target;
    // What stands in a path is a part of it each, slashes and all.
    for (std::string_view rest = request_.path; !rest.empty();) {
        const auto open = std::min(rest.find('{'), rest.size());
        made.target += rest.substr(0, open);
        rest.remove_prefix(open);
        const auto close = rest.find('}');
        if (close == std::string_view::npos) break;
        made.target += filled(rest.substr(0, close + 1), true);
        rest.remove_prefix(close + 1);
    }
    for (const auto& [name, value] : request_.query) {
        const auto full = filled(value, true);
        // A cursor that is not there yet is not asked with.
        if (value == "{cursor}" && cursor_.empty()) continue;
        made.target += (made.target.contains('?') ? "&" : "?") + percent_encoded(name) + "=" + full;
    }
    return made;
}

std::expected<bool, std::string> PollPages::go_to(std::string next)
{
    if (next.size() > kLongestCursor) return std::unexpected("a cursor of more than 4096 characters");
    if (std::ranges::any_of(next, [](char c) { return c >= 0 && c < 0x20; }))
        return std::unexpected("a cursor with control characters");
    if (request_.next != Next::cursor) {
        if (next.starts_with('/')) next.insert(0, "https://" + url_.origin());
        const auto url = parse_https_url(next);
        // The secret goes with it: to nobody else.
        if (!url || url->origin() != url_.origin())
            return std::unexpected("the next page is at another server, which is not asked");
    }
    if (!seen_.insert(next).second) return std::unexpected("its pages lead in a circle");
    cursor_ = std::move(next);
    return true;
}

std::expected<bool, std::string> PollPages::follow(const HttpsAnswer& answer, std::size_t records)
{
    ++pages_;
    bool more = true;
    if (!request_.more_at.empty()) {
        const auto said = text_at(answer.body, request_.more_at);
        more = !said.empty() && said != "false" && said != "0";
    }
    if (request_.next == Next::none) return false;
    if (request_.next == Next::page) {
        if (!more || records == 0) return false;
        ++page_;
        return true;
    }
    const auto next =
        request_.next == Next::link_header ? next_link(answer.link) : text_at(answer.body, request_.next_at);
    if (next.empty()) return false;
    if (!more) {
        // The last page names where the next look begins; a name that was seen is where this one stands.
        if (request_.keep_cursor && !seen_.contains(next)) {
            if (const auto gone = go_to(next); !gone) return gone;
        }
        return false;
    }
    // Services that name the same place again say so that there is no more.
    if (request_.keep_cursor && next == cursor_) return false;
    return go_to(next);
}

std::string next_link(std::string_view link)
{
    while (link.contains('<')) {
        link.remove_prefix(link.find('<') + 1);
        const auto close = link.find('>');
        if (close == std::string_view::npos) return {};
        const auto target = link.substr(0, close);
        link.remove_prefix(close + 1);
        const auto parameters = link.substr(0, link.find('<'));
        std::string lower(parameters);
        std::ranges::transform(lower, lower.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        if (lower.contains("rel=\"next\"") || lower.contains("rel=next")) return std::string(target);
    }
    return {};
}

}  // namespace breakwatch
