// Pieces of JSON for bodies that are objects, in the order in which they are added: a receiver that cuts sees the
// numbers first.
#pragma once

#include <string>
#include <string_view>

#include "alerts/formats/field_value.hpp"

namespace breakwatch {

// Of clean text.
std::string json_text(std::string_view text);
std::string json_value(const FieldValue& value);

class JsonObject {
  public:
    // `value`: JSON.
    JsonObject& add(std::string_view name, std::string_view value);
    JsonObject& text(std::string_view name, std::string_view value) { return add(name, json_text(value)); }
    template <typename Number>
    JsonObject& number(std::string_view name, Number value)
    {
        return add(name, std::to_string(value));
    }
    bool empty() const { return members_.empty(); }
    std::string str() const { return '{' + members_ + '}'; }

  private:
    std::string members_;
};

}  // namespace breakwatch
