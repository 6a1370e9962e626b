#include "feeds/core/text_encoding.hpp"

#include <unicode/normalizer2.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include "config/recognise_encoding.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

// ICU's converter with the most of the encoding's extensions.
const char* converter_of(Encoding encoding)
{
    switch (encoding) {
        case Encoding::automatic: break;
        case Encoding::utf_8: return "UTF-8";
        case Encoding::utf_16:
        case Encoding::utf_16le: return "UTF-16LE";
        case Encoding::utf_16be: return "UTF-16BE";
        case Encoding::utf_32le: return "UTF-32LE";
        case Encoding::utf_32be: return "UTF-32BE";
        case Encoding::shift_jis: return "ibm-943_P15A-2003";
        case Encoding::euc_jp: return "euc-jp-2007";
        case Encoding::iso_2022_jp: return "ISO-2022-JP";
        case Encoding::windows_1252: return "windows-1252";
        case Encoding::windows_1250: return "windows-1250";
        case Encoding::windows_1251: return "windows-1251";
        case Encoding::windows_1254: return "windows-1254";
        case Encoding::iso_8859_15: return "ISO-8859-15";
        case Encoding::macintosh: return "macintosh";
        case Encoding::gb18030: return "gb18030";
        case Encoding::big5: return "windows-950-2000";
        case Encoding::euc_kr: return "windows-949-2000";
    }
    return "UTF-8";
}

struct Place {
    std::size_t line = 1;
    std::size_t character = 1;  // of the line, from 1
};

Place end_of(const icu::UnicodeString& text)
{
    Place place;
    for (std::int32_t i = 0; i < text.length(); ++i) {
        if (text[i] == u'\n') {
            place = {place.line + 1, 1};
        } else if (!U16_IS_TRAIL(text[i])) {
            ++place.character;
        }
    }
    return place;
}

std::string hex(std::string_view octets)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text = "octet 0x";
    for (const char c : octets.substr(0, 1)) {
        text += kDigits[static_cast<unsigned char>(c) >> 4U];
        text += kDigits[static_cast<unsigned char>(c) & 0xfU];
    }
    return text;
}

// What stands before the octet that is wrong.
struct Failure {
    icu::UnicodeString before;
    std::string octets;
};

std::expected<icu::UnicodeString, Failure> convert(std::string_view octets, Encoding encoding)
{
    UErrorCode error = U_ZERO_ERROR;
    const Converter converter(ucnv_open(converter_of(encoding), &error), ucnv_close);
    if (U_FAILURE(error)) return std::unexpected(Failure{});
    ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    icu::UnicodeString text;
    const char* at = octets.data();
    const char* const end = at + octets.size();
    std::array<char16_t, 4096> buffer;
    while (true) {
        auto* to = buffer.data();
        error = U_ZERO_ERROR;
        ucnv_toUnicode(converter.get(), &to, buffer.data() + buffer.size(), &at, end, nullptr, 1, &error);
        text.append(buffer.data(), static_cast<std::int32_t>(to - buffer.data()));
        if (error == U_BUFFER_OVERFLOW_ERROR) continue;
        if (U_SUCCESS(error)) return text;
        std::array<char, 16> wrong{};
        auto size = static_cast<std::int8_t>(wrong.size());
        error = U_ZERO_ERROR;
        ucnv_getInvalidChars(converter.get(), wrong.data(), &size, &error);
        return std::unexpected(Failure{std::move(text), std::string(wrong.data(), static_cast<std::size_t>(size))});
    }
}

// Composed, so that a name from a Macintosh is the same as everywhere else (Unicode annex 15, NFC).
std::string composed(std::string utf8)
{
    UErrorCode error = U_ZERO_ERROR;
    const auto* nfc = icu::Normalizer2::getNFCInstance(error);
    if (U_FAILURE(error) || nfc->isNormalizedUTF8(utf8, error)) return utf8;
    const auto text = nfc->normalize(icu::UnicodeString::fromUTF8(utf8), error);
    std::string done;
    return U_SUCCESS(error) ? text.toUTF8String(done) : utf8;
}

std::string_view without_mark(std::string_view octets, Encoding marked)
{
    const bool four = marked == Encoding::utf_32le || marked == Encoding::utf_32be || marked == Encoding::gb18030;
    return octets.substr(marked == Encoding::utf_8 ? 3 : four ? 4 : 2);
}

bool is_plain(std::string_view octets)
{
    return std::ranges::all_of(octets,
                               [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t'; });
}

std::string title(Encoding encoding)
{
    return std::string(name(encoding));
}

// One file on its way; its name is for the errors.
class Decoding {
  public:
    Decoding(const std::string& file, std::string_view octets) : file_(file), octets_(octets) {}

    std::expected<DecodedText, RowErrors> by(Encoding encoding, bool recognised)
    {
        const auto text = convert(octets_, encoding);
        if (!text) return refuse(text.error(), "is no " + title(encoding));
        if (const auto nul = text->indexOf(u'\0'); nul >= 0) {
            return refuse({text->tempSubString(0, nul), {}},
                          "holds a NUL: no text, or another encoding than " + title(encoding));
        }
        std::string utf8;
        text->toUTF8String(utf8);
        return DecodedText{composed(clean_text(utf8, TextShape::lines)), encoding, recognised};
    }

    std::expected<DecodedText, RowErrors> recognised()
    {
        const auto seen = recognise_encoding(octets_);
        if (seen.certain) {
            if (auto done = by(*seen.certain, true)) return done;
        }
        const auto broken = convert(octets_, Encoding::utf_8);
        if (broken) return by(Encoding::utf_8, false);
        if (octets_.contains('\0')) return refuse(broken.error(), "is no UTF-8, and there are NULs: no text");
        if (seen.seems.empty())
            return refuse(broken.error(), "is no UTF-8, nor like another encoding; save it as UTF-8, or set encoding:");
        return refuse(broken.error(), "is no UTF-8; the file seems to be " + seen.seems +
                                          ": set encoding: to what it is, or save it as UTF-8");
    }

  private:
    std::unexpected<RowErrors> refuse(const Failure& failure, const std::string& what) const
    {
        const auto place = end_of(failure.before);
        auto text = "character " + std::to_string(place.character) + ": ";
        if (!failure.octets.empty()) text += hex(failure.octets) + " ";
        return std::unexpected(RowErrors{{file_, place.line, "", text + what}});
    }

    const std::string& file_;
    std::string_view octets_;
};

}  // namespace

std::expected<DecodedText, RowErrors> decode_text(const std::string& file, std::string_view octets, Encoding encoding)
{
    // Ctrl-Z: the end of a file, of old.
    while (octets.ends_with('\x1a')) octets.remove_suffix(1);
    const auto marked = marked_encoding(octets);
    if (marked) {
        // A mark says more than a configuration that was made for another file, but for one that only looks like it.
        const bool family = encoding == Encoding::automatic || encoding == *marked || encoding == Encoding::utf_16 ||
                            *marked == Encoding::utf_8;
        if (family) return Decoding(file, without_mark(octets, *marked)).by(*marked, false);
    }
    if (encoding != Encoding::automatic) {
        return Decoding(file, octets).by(encoding == Encoding::utf_16 ? Encoding::utf_16le : encoding, false);
    }
    if (is_plain(octets)) return DecodedText{std::string(octets), Encoding::utf_8, false};
    if (const auto by_signs = signed_encoding(octets)) return Decoding(file, octets).by(*by_signs, true);
    if (!first_broken(octets)) return Decoding(file, octets).by(Encoding::utf_8, false);
    return Decoding(file, octets).recognised();
}

std::expected<DecodedText, RowErrors> read_text_file(const std::filesystem::path& path, Encoding encoding)
{
    const auto refuse = [&](const std::string& text) {
        return std::unexpected(RowErrors{{path.string(), 0, "", text}});
    };
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) return refuse(error.message());
    if (size > CsvTable::kLargestFile) return refuse("larger than 32 MiB");
    std::ifstream in(path, std::ios::binary);
    std::ostringstream octets;
    octets << in.rdbuf();
    // An empty file leaves the stream failed; it is read all the same.
    if (!in.is_open()) return refuse(std::string("cannot be read: ") + std::strerror(errno));
    return decode_text(path.string(), octets.str(), encoding);
}

std::optional<RowError> told_encoding(const DecodedText& text, const std::string& file, const std::string& key)
{
    if (!text.recognised) return std::nullopt;
    const auto word = title(text.encoding);
    return RowError{file, 0, "", "read as " + word + "; set " + key + ": " + word + " to be sure"};
}

}  // namespace breakwatch
