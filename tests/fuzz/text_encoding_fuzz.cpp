// First octet: the encoding (0: auto); then a file. Whatever it is becomes valid, composed UTF-8 or an error with a row
// of the file.
#include <algorithm>

#include "feeds/core/line_encoding.hpp"
#include "feeds/core/text_encoding.hpp"
#include "fuzz/target.hpp"
#include "policy/text.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto octets = as_text(Bytes(data, size));
    if (octets.empty()) return 0;
    const auto kinds = static_cast<unsigned>(Encoding::euc_kr) + 1;
    const auto encoding = static_cast<Encoding>(static_cast<unsigned char>(octets.front()) % kinds);
    const auto file = octets.substr(1);

    const auto text = decode_text("f", file, encoding);
    if (text) {
        promise(!first_broken(text->text), "a decoded file is UTF-8");
        promise(clean_text(text->text, TextShape::lines) == text->text, "and clean");
        promise(!text->recognised || encoding == Encoding::automatic, "what was configured is no guess");
        const auto again = decode_text("f", text->text, Encoding::utf_8);
        promise(again && again->text == text->text, "decoding what was decoded changes nothing");
    } else {
        const auto lines = static_cast<std::size_t>(std::ranges::count(file, '\n')) + 1;
        promise(text.error().size() == 1, "one refusal says it");
        promise(text.error()[0].line >= 1 && text.error()[0].line <= lines, "the row is one of the file");
        promise(!first_broken(to_string(text.error()[0])), "the refusal is UTF-8");
    }
    LineEncoding line(encoding);
    promise(!first_broken(line.decode(file).text), "a line is UTF-8");
    promise(!first_broken(Text(file).str()) && !first_broken(escaped_text(file)), "a text is UTF-8");
    for (const std::size_t most : {0UL, 1UL, 5UL, 40UL}) {
        const std::string whole = Text(file).str();
        const auto cut = cut_text(whole, most);
        promise(cut.size() <= most && !first_broken(cut), "a text is cut between two characters");
    }
    return 0;
}
