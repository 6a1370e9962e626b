// Records are the same however the stream that brings them is cut.
#include "feeds/mentions/mention_records.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace breakwatch {
namespace {

using Records = MentionRecords;

// "3 p-1 x", "4! what is wrong": line, reference and platform of each record, in `step` octets at a time.
std::vector<std::string> read(Records& records, std::string_view text, std::size_t step, bool whole = true)
{
    std::vector<std::string> all;
    const auto take = [&](const Records::Record& record) {
        const auto place = place_of("", record).substr(1);
        all.push_back(record.texts ? place + " " + record.texts->reference + " " + record.texts->platform
                                   : place + "! " + record.texts.error());
    };
    for (; !text.empty(); text.remove_prefix(std::min(step, text.size()))) records.feed(text.substr(0, step), take);
    whole ? records.finish_whole(take) : records.finish(take);
    return all;
}

std::vector<std::string> read_table(std::string_view text, std::size_t step = 1000, const MentionFields& fields = {})
{
    return read(*Records::of_table(fields, Encoding::automatic), text, step);
}

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("rows of a table, with quoted cells over several lines, cut anywhere")
{
    const std::string table =
        "\xef\xbb\xbfreference,text,platform,at\r\n"
        "p-1,\"He said \"\"no\"\",\n\nand left\",x,1\r\n"
        "\r\n"
        "p-2,5\" screen,instagram,2\n"
        "p-3,\"a,b\",x,3";
    for (std::size_t step = 1; step < 40; ++step)
        CHECK(read_table(table, step) == List{"2 p-1 x", "6 p-2 instagram", "7 p-3 x"});
}

TEST_CASE("cells are parted by what parts the headings; columns may stand in any order and case")
{
    CHECK(read_table("At;Text;Platform;Reference\n1;a,b;x;p-1\n") == List{"2 p-1 x"});
    CHECK(read_table("platform\tat\treference\nx\t1\t\"p\t1\"\n") == List{"2 p\t1 x"});
}

TEST_CASE("a heading is one wherever it stands")
{
    CHECK(read_table("at,platform,reference\n1,x,p-1\nreference,at,platform\np-2,1,x\n") == List{"2 p-1 x", "4 p-2 x"});
}

TEST_CASE("what is no row of the table is told with what was expected, and without its values")
{
    CHECK(read_table("1,x,p-1\n") == List{"1! expected a first row with the columns platform, at and reference"});
    CHECK(read_table("at,platform,reference\n1,x\n1,x,p,q\n1,x,p-1,,\n\"1,x,p\n") ==
          List{"2! has 2 fields; expected 3", "3! has 4 fields; expected 3", "4 p-1 x",
               "5! a quote is opened and never closed"});
}

TEST_CASE("a column that the configuration names must be there")
{
    MentionFields fields;
    fields.about_us = "ours";
    CHECK(read_table("at,platform,reference\n1,x,p-1\n", 1000, fields) ==
          List{"1! the heading has no column 'ours', which the configuration names",
               "2! expected a first row with the columns platform, at and reference"});
}

TEST_CASE("a quote that nobody closes costs what it holds up to the limit")
{
    const std::string heading = "at,platform,reference\n";
    std::string table = heading + "\"1,x,p-1\n";
    for (int i = 0; i < 10'000; ++i) table += "1,x,p-2\n";
    const auto all = read_table(table);
    REQUIRE(all.size() > 1000);
    CHECK(all.front() == "2! longer than 64 KiB; is a quote opened and never closed?");
    CHECK(all.back() == "10002 p-2 x");
}

TEST_CASE("half a row at the end of a file that others go on in is none")
{
    auto records = Records::of_table({}, Encoding::automatic);
    CHECK(read(*records, "at,platform,reference\n1,x,p-", 7, false) == List{"2! half a row; expected whole rows"});
    CHECK(read(*records, "at,platform,reference\n1,x,p-2\n", 7, false) == List{"2 p-2 x"});
}

TEST_CASE("octets of another encoding are read, and that is told")
{
    auto records = Records::of_table({}, Encoding::shift_jis);
    CHECK(read(*records, "at,platform,reference,text\n1,x,p-1,\x93\xfa\x96\x7b\n", 5) == List{"2 p-1 x"});
}

TEST_CASE("JSON objects, a line each, over many lines, or in a list, cut anywhere")
{
    const std::string text = R"({"reference":"p-1","platform":"x","records":[1]}
{"reference":2,
 "platform":"instagram","timestamp":1,"message":"not looked at"}
[{"reference":"p-3","platform":"x"},4,{"reference":"p-5","platform":"x"}]
no JSON
{"reference":"p-6","platform":"x"}
)";
    for (std::size_t step = 1; step < 40; ++step) {
        const auto all = read(*Records::of_json({}), text, step);
        REQUIRE(all.size() == 7);
        CHECK(all[5].starts_with("5! "));
        CHECK(List(all.begin(), all.begin() + 5) ==
              List{"1 p-1 x", "2 2 instagram", "4[1] p-3 x", "4[2]! expected a JSON object", "4[3] p-5 x"});
        CHECK(all[6] == "6 p-6 x");
    }
}

}  // namespace breakwatch
