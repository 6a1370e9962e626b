#include "report/markup.hpp"

#include "report/plain_text.hpp"

namespace breakwatch {

std::string escaped(std::string_view text)
{
    std::string out;
    for (const char c : printable(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

Markup& Markup::element(std::string_view tag, std::string_view css_class, std::string_view text)
{
    content_.append("<").append(tag);
    if (!css_class.empty()) content_.append(" class=\"").append(css_class).append("\"");
    content_.append(">").append(escaped(text)).append("</").append(tag).append(">");
    return *this;
}

}  // namespace breakwatch
