// The presets that ship: each has a folder with a sample made from its vendor's documentation, and what is read of it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "feeds/core/line_encoding.hpp"
#include "unit/feeds/calls/mapped/statement_text.hpp"

namespace breakwatch {
namespace {

std::string content(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    REQUIRE_MESSAGE(in, file.string());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string read_all(const std::string& preset, const std::string& text)
{
    const auto loaded = load_call_preset(preset, pattern_groups);
    std::string errors;
    if (!loaded) {
        for (const auto& error : loaded.error()) errors += to_string(error) + "\n";
    }
    REQUIRE_MESSAGE(loaded, errors);
    MappedCalls calls(std::make_shared<const CallMapping>(*loaded), "UTC");
    if (loaded->shape != CallMapping::Shape::form)
        return test::text_of(calls.read(LineEncoding(loaded->encoding).decode(text).text));
    std::string all;  // a request each
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) all += test::text_of(calls.read(line));
    return all;
}

}  // namespace

TEST_CASE("every preset reads its vendor's sample, and every one has a sample")
{
    const std::filesystem::path source(std::getenv("BREAKWATCH_SOURCE"));
    const auto folder = source / "tests/unit/feeds/calls/presets";
    const auto names = call_preset_names();
    REQUIRE(names.size() >= 14);
    for (const auto& name : names) {
        INFO(name);
        const auto read = read_all(name, content(folder / name / "input"));
        CHECK(read == content(folder / name / "expected"));
        CHECK(!read.contains("5550199"));  // the customer's number, in every sample that has one
    }
}

}  // namespace breakwatch
