#include <algorithm>
#include <array>
#include <charconv>

#include "config/mapping_reader.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

constexpr std::array kNext{std::pair{"none"sv, PollRequest::Next::none}, std::pair{"url"sv, PollRequest::Next::url},
                           std::pair{"cursor"sv, PollRequest::Next::cursor},
                           std::pair{"page"sv, PollRequest::Next::page},
                           std::pair{"link-header"sv, PollRequest::Next::link_header}};
constexpr std::array kPlaces{"since"sv, "until"sv, "cursor"sv, "page"sv};

// Braces hold one of our words, or belong to the text (a JSON body has them, too).
void check_places(YamlMap& map, const std::string& key, std::string_view text, bool json)
{
    while (!json && text.contains('{')) {
        text.remove_prefix(text.find('{') + 1);
        const auto word = text.substr(0, text.find('}'));
        if (std::ranges::find(kPlaces, word) == kPlaces.end()) {
            map.wrong(key, "found '{" + std::string(word.substr(0, 40)) +
                               "}'; expected {since}, {until}, {cursor} or {page}");
        }
    }
}

void read_texts(YamlMap& map, const std::string& key, std::vector<std::pair<std::string, std::string>>& list)
{
    map.map(key, [&](YamlMap& table) {
        table.named_texts([&](const std::string& name, const std::string& value) {
            check_places(table, name, value, false);
            if ((name + value).find_first_of("\r\n") != std::string::npos) table.wrong(name, "expected one line");
            list.emplace_back(name, value);
        });
    });
}

void check_pointer(YamlMap& map, const std::string& key, const std::string& pointer)
{
    if (!pointer.empty() && !pointer.starts_with('/'))
        map.wrong(key, "found '" + pointer + "'; expected a JSON pointer such as /meta/next");
}

}  // namespace

void read_poll(YamlMap& map, PollRequest& poll)
{
    map.text("method", poll.method);
    if (poll.method != "GET" && poll.method != "POST") map.wrong("method", "expected GET or POST");
    map.text("path", poll.path);
    if (!poll.path.empty() && !poll.path.starts_with('/')) map.wrong("path", "expected a path that begins with /");
    check_places(map, "path", poll.path, false);
    read_texts(map, "query", poll.query);
    read_texts(map, "headers", poll.headers);
    map.text("body", poll.body);
    map.text("content_type", poll.content_type);
    check_places(map, "body", poll.body, poll.content_type.contains("json"));
    if (!poll.body.empty() && poll.method != "POST") map.wrong("body", "means nothing without method: POST");
    map.text("time_format", poll.time_format);
    if (const auto wrong = wrong_time_format(poll.time_format)) map.wrong("time_format", *wrong);
    map.one_of<PollRequest::Next>("next", poll.next, kNext);
    map.text("next_at", poll.next_at);
    map.text("more_at", poll.more_at);
    check_pointer(map, "next_at", poll.next_at);
    check_pointer(map, "more_at", poll.more_at);
    const bool pointed = poll.next == PollRequest::Next::url || poll.next == PollRequest::Next::cursor;
    if (pointed && poll.next_at.empty())
        map.wrong("next_at", "is missing; expected a JSON pointer to the next url or cursor");
    map.boolean("keep_cursor", poll.keep_cursor);
    if (poll.keep_cursor && !pointed) map.wrong("keep_cursor", "means nothing without next: url or cursor");
    map.duration("overlap", poll.overlap);
    map.duration("first", poll.first);
    map.duration("span", poll.span);
    if (poll.span <= poll.overlap) map.wrong("span", "expected more than the overlap");
    map.integer("first_page", poll.first_page, 0, 1);
    map.integer("most_pages", poll.most_pages, 1, 10'000);
}

}  // namespace breakwatch
