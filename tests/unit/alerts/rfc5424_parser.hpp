// RFC 5424 section 6 read strictly: one element of structured data, UTF-8 throughout, nothing that
// is not in the grammar. Written apart from the sink, so that one does not forgive the other.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace breakwatch::test {

struct ParsedSyslog {
    int priority = 0;
    std::string timestamp, hostname, app_name, procid, msgid, sd_id;
    std::vector<std::pair<std::string, std::string>> params;  // unescaped
    bool bom = false;
    std::string text;

    std::string param(std::string_view name) const
    {
        const auto found = std::find_if(params.begin(), params.end(), [&](const auto& p) { return p.first == name; });
        return found == params.end() ? "(none)" : found->second;
    }
};

// RFC 3629 section 4, as its ABNF stands.
inline bool is_utf8(std::string_view bytes)
{
    const auto in = [&](std::size_t i, int low, int high) {
        return i < bytes.size() && static_cast<unsigned char>(bytes[i]) >= low &&
               static_cast<unsigned char>(bytes[i]) <= high;
    };
    std::size_t i = 0;
    while (i < bytes.size()) {
        if (in(i, 0, 0x7F)) {
            i += 1;
        } else if (in(i, 0xC2, 0xDF) && in(i + 1, 0x80, 0xBF)) {
            i += 2;
        } else if (((in(i, 0xE0, 0xE0) && in(i + 1, 0xA0, 0xBF)) || (in(i, 0xE1, 0xEC) && in(i + 1, 0x80, 0xBF)) ||
                    (in(i, 0xED, 0xED) && in(i + 1, 0x80, 0x9F)) || (in(i, 0xEE, 0xEF) && in(i + 1, 0x80, 0xBF))) &&
                   in(i + 2, 0x80, 0xBF)) {
            i += 3;
        } else if (((in(i, 0xF0, 0xF0) && in(i + 1, 0x90, 0xBF)) || (in(i, 0xF1, 0xF3) && in(i + 1, 0x80, 0xBF)) ||
                    (in(i, 0xF4, 0xF4) && in(i + 1, 0x80, 0x8F))) &&
                   in(i + 2, 0x80, 0xBF) && in(i + 3, 0x80, 0xBF)) {
            i += 4;
        } else {
            return false;
        }
    }
    return true;
}

class Rfc5424Parser {
  public:
    // Nothing, when the grammar is broken anywhere.
    static std::optional<ParsedSyslog> parse(std::string_view bytes)
    {
        Rfc5424Parser parser(bytes);
        parser.message();
        if (parser.failed_) return std::nullopt;
        return parser.out_;
    }

  private:
    explicit Rfc5424Parser(std::string_view bytes) : rest_(bytes) {}

    void message()
    {
        literal("<");
        const auto priority = until('>', 3);
        literal(">1 ");
        if (!digits(priority) || priority.empty() || (priority.size() > 1 && priority[0] == '0')) return fail();
        out_.priority = std::stoi(priority);
        if (out_.priority > 191) return fail();
        out_.timestamp = word(32);
        if (!is_timestamp(out_.timestamp)) return fail();
        out_.hostname = word(255);
        out_.app_name = word(48);
        out_.procid = word(128);
        out_.msgid = word(32);
        element();
        if (failed_ || rest_.empty()) return;
        literal(" ");
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        if (rest_.starts_with(mark)) {
            out_.bom = true;
            rest_.remove_prefix(mark.size());
        }
        if (!is_utf8(rest_)) return fail();
        out_.text = rest_;
    }

    void element()
    {
        literal("[");
        out_.sd_id = name(" ]");
        const auto at = out_.sd_id.find('@');
        if (at == std::string::npos || at == 0 || !digits(out_.sd_id.substr(at + 1))) return fail();
        while (!failed_ && rest_.starts_with(' ')) {
            literal(" ");
            auto param = name("=");
            literal("=\"");
            out_.params.emplace_back(std::move(param), value());
        }
        literal("]");
    }

    std::string value()
    {
        std::string out;
        while (!failed_ && !rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\') {
                rest_.remove_prefix(1);
                if (rest_.empty() || std::string_view("\"\\]").find(rest_.front()) == std::string_view::npos) fail();
            } else if (rest_.front() == ']') {
                fail();
            }
            if (failed_) return {};
            out += rest_.front();
            rest_.remove_prefix(1);
        }
        literal("\"");
        if (!is_utf8(out)) fail();
        return out;
    }

    // SD-NAME: 1*32PRINTUSASCII except '=', SP, ']', '"'.
    std::string name(std::string_view ends)
    {
        const auto end = rest_.find_first_of(ends);
        const auto found = std::string(rest_.substr(0, end));
        rest_.remove_prefix(found.size());
        if (!printable(found, 32) || found.find_first_of("= ]\"") != std::string::npos) fail();
        return found;
    }

    std::string word(std::size_t most)
    {
        auto found = until(' ', most);
        if (!printable(found, most)) fail();
        literal(" ");
        return found;
    }

    std::string until(char end, std::size_t most)
    {
        const auto at = rest_.find(end);
        if (at == std::string_view::npos || at > most) return fail(), std::string{};
        auto found = std::string(rest_.substr(0, at));
        rest_.remove_prefix(at);
        return found;
    }

    void literal(std::string_view expected)
    {
        if (!rest_.starts_with(expected)) return fail();
        rest_.remove_prefix(expected.size());
    }

    // YYYY-MM-DDThh:mm:ss.fffZ, as the sink promises; the RFC allows more.
    static bool is_timestamp(std::string_view text)
    {
        constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd.dddZ";
        return text.size() == shape.size() &&
               std::equal(text.begin(), text.end(), shape.begin(),
                          [](char c, char like) { return like == 'd' ? c >= '0' && c <= '9' : c == like; });
    }
    static bool digits(std::string_view text)
    {
        return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    }
    static bool printable(std::string_view text, std::size_t most)
    {
        return !text.empty() && text.size() <= most &&
               std::all_of(text.begin(), text.end(), [](char c) { return c >= 33 && c <= 126; });
    }
    void fail()
    {
        failed_ = true;
        rest_ = {};
    }

    std::string_view rest_;
    ParsedSyslog out_;
    bool failed_ = false;
};

}  // namespace breakwatch::test
