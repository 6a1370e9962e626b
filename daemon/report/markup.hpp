// Builds HTML and SVG that is well-formed XML too. What comes from outside goes through text() or an
// attribute's value, which escape; markup of our own goes through raw().
#pragma once

#include <string>
#include <string_view>

namespace breakwatch {

// Printable, and no character that could end a text or an attribute.
std::string escaped(std::string_view text);

class Markup {
  public:
    Markup& raw(std::string_view markup)
    {
        content_ += markup;
        return *this;
    }
    Markup& text(std::string_view text)
    {
        content_ += escaped(text);
        return *this;
    }
    // <tag class="..">text</tag>; an empty class is left out.
    Markup& element(std::string_view tag, std::string_view css_class, std::string_view text);
    const std::string& str() const { return content_; }

  private:
    std::string content_;
};

}  // namespace breakwatch
