// What the parts of load_call_mapping share: fields of records, and which of them there are. yaml-cpp stays here.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "config/call_mapping.hpp"
#include "config/yaml_reader.hpp"

namespace breakwatch {

class MappingReader {
  public:
    MappingReader(CallMapping& mapping, std::set<std::string> known) : mapping_(mapping), known_(std::move(known)) {}

    // events: (and the fields: they share).
    void events(YamlMap& top);

  private:
    void fields(YamlMap& map, MappedFields& fields);
    // A field, whose `values` may be any words, or these alone.
    void field(YamlMap& map, const std::string& key, MappedField& field, std::span<const std::string_view> words = {});
    void values(YamlMap& map, MappedField& field, std::span<const std::string_view> words);
    void event(YamlMap& map, MappedEvent& event);
    void says(YamlMap& map, MappedEvent& event);
    void condition(YamlMap& map, MappedCondition& condition);
    void needs(YamlMap& map, const MappedEvent& event);
    FieldTemplate source(YamlMap& map, const std::string& key, const std::string& text);

    CallMapping& mapping_;
    std::set<std::string> known_;  // columns or groups; empty: whatever is asked for
};

void read_poll(YamlMap& map, PollRequest& poll);
// A pattern of a time as strptime(3) has them, a word such as rfc3339; else what is wrong with it.
std::optional<std::string> wrong_time_format(const std::string& format);

}  // namespace breakwatch
