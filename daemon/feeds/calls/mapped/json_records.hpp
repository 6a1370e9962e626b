// The records in JSON documents of other people, and the values in them by JSON pointer (RFC 6901).
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

// A record and what holds it: the document first, then an element for each `*`, the record last.
struct JsonPlace {
    std::vector<const boost::json::value*> path;
};

// Documents one after another, with line ends or nothing between them; of each the elements that `records`
// points to ("/items", "/conversations/*/participants"), or, without it, the document: itself, or an array's
// elements. Empty, or what is wrong, without any value.
std::string for_each_json_record(std::string_view text, std::string_view records,
                                 const std::function<void(const JsonPlace&)>& take);

// A text or number or truth as text; empty when there is nothing or more than one value. "/a/b" is of the
// record, "$/a" of the document, "^/a" of what holds the record, "^^/a" one further up.
std::string text_at(const JsonPlace& place, std::string_view pointer);
const boost::json::value* value_at(const boost::json::value& value, std::string_view pointer);

}  // namespace breakwatch
