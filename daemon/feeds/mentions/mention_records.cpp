#include "feeds/mentions/mention_records.hpp"

#include <boost/json.hpp>
#include <utility>

#include "feeds/core/csv_splitter.hpp"
#include "feeds/core/json_texts.hpp"
#include "feeds/core/line_encoding.hpp"

namespace breakwatch {

namespace {

class TableRecords final : public MentionRecords {
  public:
    TableRecords(const MentionFields& fields, Encoding encoding) : table_(fields), lines_(encoding), rows_(kLongestRow)
    {}

    void feed(std::string_view bytes, const Take& take) override { rows_.feed(bytes, taker(take)); }
    void finish(const Take& take) override
    {
        rows_.finish([&](std::string_view, std::uint64_t line, bool) {
            take({std::unexpected("half a row; expected whole rows"), line});
        });
        rows_.reset();
    }
    void finish_whole(const Take& take) override
    {
        rows_.finish(taker(take));
        rows_.reset();
    }

  private:
    CsvSplitter::Take taker(const Take& take)
    {
        return [this, &take](std::string_view row, std::uint64_t line, bool too_long) {
            if (too_long)
                return take({std::unexpected("longer than 64 KiB; is a quote opened and never closed?"), line});
            auto decoded = lines_.decode(row);
            auto texts = table_.read(decoded.text);
            if (table_.separator() != '\0') rows_.separate_by(table_.separator());
            if (!texts) return take({std::unexpected(std::move(texts.error())), line});
            if (*texts) take({std::move(**texts), line, 0, std::move(decoded.note)});
        };
    }

    MentionTable table_;
    LineEncoding lines_;
    CsvSplitter rows_;
};

class JsonRecords final : public MentionRecords {
  public:
    explicit JsonRecords(const MentionFields& fields) : fields_(fields), values_(kLongestJson) {}

    void feed(std::string_view bytes, const Take& take) override
    {
        values_.feed(bytes, [&](const JsonTexts::Text& text) { open(text, take); });
    }
    void finish(const Take& take) override
    {
        values_.finish([&](const JsonTexts::Text& text) { open(text, take); });
        values_.reset();
    }
    void finish_whole(const Take& take) override { finish(take); }

  private:
    void open(const JsonTexts::Text& text, const Take& take) const
    {
        if (text.value == nullptr) return take({std::unexpected(std::string(text.wrong)), text.line});
        const auto* list = text.value->if_array();
        if (list == nullptr) return take({mention_texts_of(*text.value, fields_), text.line});
        for (std::size_t i = 0; i < list->size(); ++i) {
            if (i == kMostInList) return take({std::unexpected("more than 10000 records in a list"), text.line, i + 1});
            if ((*list)[i].is_object()) {
                take({mention_texts_of((*list)[i], fields_), text.line, i + 1});
            } else {
                take({std::unexpected("expected a JSON object"), text.line, i + 1});
            }
        }
    }

    MentionFields fields_;
    JsonTexts values_;
};

}  // namespace

std::unique_ptr<MentionRecords> MentionRecords::of_table(const MentionFields& fields, Encoding encoding)
{
    return std::make_unique<TableRecords>(fields, encoding);
}

std::unique_ptr<MentionRecords> MentionRecords::of_json(const MentionFields& fields)
{
    return std::make_unique<JsonRecords>(fields);
}

std::string place_of(const std::string& stream, const MentionRecords::Record& record)
{
    auto place = stream + ":" + std::to_string(record.line);
    return record.index == 0 ? place : place + "[" + std::to_string(record.index) + "]";
}

}  // namespace breakwatch
