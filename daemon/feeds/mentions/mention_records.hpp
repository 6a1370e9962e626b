// The records of an export out of a byte stream cut anywhere: rows of a table, or JSON objects, alone or in a list. One
// per file or request. Main thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "feeds/mentions/mention_texts.hpp"

namespace breakwatch {

class MentionRecords {
  public:
    static constexpr std::size_t kLongestRow = 64UL * 1024;
    static constexpr std::size_t kLongestJson = 1024UL * 1024;  // of a value: an object, or a list of them
    static constexpr std::size_t kMostInList = 10'000;

    struct Record {
        std::expected<MentionTexts, std::string> texts;  // or in words why there are none
        std::uint64_t line = 0;                          // on which it, or its list, begins
        std::size_t index = 0;                           // in its list, from 1; 0: it stands alone
        std::string note = {};                           // something to be told of one that is taken all the same
    };
    using Take = std::function<void(const Record&)>;

    static std::unique_ptr<MentionRecords> of_table(const MentionFields& fields, Encoding encoding);
    static std::unique_ptr<MentionRecords> of_json(const MentionFields& fields);

    MentionRecords() = default;
    MentionRecords(const MentionRecords&) = delete;
    MentionRecords& operator=(const MentionRecords&) = delete;
    virtual ~MentionRecords() = default;

    virtual void feed(std::string_view bytes, const Take& take) = 0;
    // The stream is over, or goes on with another: what is half there is refused.
    virtual void finish(const Take& take) = 0;
    // The stream is over: a last row needs no end.
    virtual void finish_whole(const Take& take) = 0;
};

// "posts.csv:17", "posts.ndjson:3[2]": where a record stands, for people.
std::string place_of(const std::string& stream, const MentionRecords::Record& record);

}  // namespace breakwatch
