#include "config/yaml_file.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <tuple>

#include "config/recognise_encoding.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

constexpr std::uintmax_t kLargestFile = 4UL * 1024 * 1024;

// Walks the whole file before anything is believed. yaml-cpp keeps the first of two equal keys and says
// nothing; an alias may stand for a mapping that holds it, or, alias upon alias, for millions of values.
class Walk {
  public:
    explicit Walk(YamlFile& file) : file_(file) {}

    void take(const YAML::Node& node, const std::string& path, unsigned depth = 0)
    {
        if (stopped_) return;
        if (depth > kDeepest) return stop(node, path, "nested more than 64 deep; expected a plain configuration");
        if (++values_ > kMostValues) return stop(node, path, "stands for too many values");
        if (values_ < kMostPlaces) file_.places.try_emplace(path, node.Mark().line + 1, node.Mark().column + 1);
        if (node.IsSequence()) {
            std::size_t index = 0;
            for (const auto& item : node) take(item, path + "[" + std::to_string(index++) + "]", depth + 1);
        }
        if (node.IsMap()) take_map(node, path, depth);
    }

  private:
    static constexpr unsigned kDeepest = 64;
    static constexpr std::size_t kMostValues = 1'000'000;
    static constexpr std::size_t kMostPlaces = 10'000;

    void take_map(const YAML::Node& node, const std::string& path, unsigned depth)
    {
        std::map<std::string, YAML::Mark> seen;
        for (const auto& pair : node) {
            const auto key = pair.first.IsScalar() ? pair.first.Scalar() : std::string("?");
            const auto full = path.empty() ? key : path + "." + key;
            const auto [at, fresh] = seen.try_emplace(key, pair.first.Mark());
            if (!fresh) {
                file_.note(pair.first.Mark(), full,
                           "stands twice; the first is on line " + std::to_string(at->second.line + 1));
            }
            take(pair.second, full, depth + 1);
        }
    }

    void stop(const YAML::Node& node, const std::string& path, const std::string& why)
    {
        stopped_ = true;
        file_.note(node.Mark(), std::string(cut_text(path, 60)), why);
    }

    YamlFile& file_;
    std::size_t values_ = 0;
    bool stopped_ = false;
};

}  // namespace

std::string to_string(const ConfigError& error)
{
    std::string text = error.file;
    if (error.line > 0) text += ":" + std::to_string(error.line) + ":" + std::to_string(error.column);
    text += ": ";
    if (!error.key.empty()) text += error.key + ": ";
    return text + error.text;
}

namespace {

// Where a line begins with a tab, from zero: the parser's own words for it lead nowhere.
std::optional<YAML::Mark> leading_tab(const std::string& text)
{
    YAML::Mark mark;
    std::size_t begin = 0;
    for (mark.line = 0; begin < text.size(); ++mark.line) {
        const auto content = text.find_first_not_of(" \t", begin);
        const auto tab = text.find('\t', begin);
        if (tab < content && content != std::string::npos && text[content] != '\n') {
            mark.column = static_cast<int>(tab - begin);
            return mark;
        }
        const auto end = text.find('\n', begin);
        if (end == std::string::npos) break;
        begin = end + 1;
    }
    return std::nullopt;
}

// Where a value begins with a quotation mark that no other follows in the whole file.
std::optional<YAML::Mark> open_quote(const std::string& text)
{
    for (const char mark : {'"', '\''}) {
        const auto last = text.rfind(mark);
        if (last == std::string::npos || last < 2 || text[last - 1] != ' ' ||
            (text[last - 2] != ':' && text[last - 2] != '-'))
            continue;
        const auto line_begin = text.rfind('\n', last) + 1;  // npos + 1: the first line
        if (text.find('#', line_begin) < last) continue;
        YAML::Mark place;
        place.line = static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(last), '\n'));
        place.column = static_cast<int>(last - line_begin);
        return place;
    }
    return std::nullopt;
}

// The parser's words with what is mostly behind them.
std::string explained(const std::string& message)
{
    const auto says = [&](const char* words) { return message.find(words) != std::string::npos; };
    if (says("illegal map value"))
        return message + "; a text with ': ' in it needs quotes, and a nested key its own line";
    if (says("EOF in scalar")) return message + "; is a quotation mark not closed?";
    if (says("end of map") || says("end of sequence not found"))
        return message + "; is a line indented otherwise than its neighbours?";
    if (says("end of sequence flow") || says("end of map flow")) return message + "; is a bracket not closed?";
    return message;
}

// Where documents begin, and nothing of what is in them.
class Documents final : public YAML::EventHandler {
  public:
    std::vector<YAML::Mark> begin;

    void OnDocumentStart(const YAML::Mark& mark) override { begin.push_back(mark); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}
};

// Two are looked for and no more: of a text that goes wrong between documents yaml-cpp 0.7 makes empty ones without
// end.
std::optional<YAML::Mark> second_document(const std::string& text)
{
    std::istringstream in(text);
    YAML::Parser parser(in);
    Documents documents;
    if (!parser.HandleNextDocument(documents) || !parser.HandleNextDocument(documents)) return std::nullopt;
    return documents.begin.size() > 1 ? std::optional{documents.begin[1]} : std::nullopt;
}

}  // namespace

YamlFile YamlFile::parse(std::string name, const std::string& text)
{
    YamlFile file;
    file.name = std::move(name);
    if (file.refuse_encoding(text)) return file;
    try {
        file.root = YAML::Load(text);
        Walk(file).take(file.root, "");
        // What stands behind "---" would be passed over.
        if (const auto second = second_document(text))
            file.note(*second, "", "a second document begins here (---); expected one");
    } catch (const YAML::Exception& error) {
        if (const auto tab = leading_tab(text)) {
            file.note(*tab, "", "not YAML: a tab at the beginning of the line; expected blanks");
        } else {
            file.note(error.mark, "", "not YAML: " + explained(error.msg));
        }
    }
    // The parser takes the rest of the file for the text, and says nothing.
    if (const auto quote = open_quote(text); quote && file.errors.empty())
        file.note(*quote, "", "a quotation mark is opened and never closed");
    return file;
}

// yaml-cpp takes any octets; so would the store and the SIEM have to.
bool YamlFile::refuse_encoding(const std::string& text)
{
    std::string why;
    std::size_t at = 0;
    if (const auto marked = marked_encoding(text); marked && *marked != Encoding::utf_8) {
        why = "is in " + std::string(breakwatch::name(*marked));
    } else if (const auto by_signs = signed_encoding(text)) {
        why = "is in " + std::string(breakwatch::name(*by_signs));
    } else if (const auto broken = first_broken(text)) {
        const auto seems = recognise_encoding(text).seems;
        why = "is no UTF-8" + (seems.empty() ? "" : ", it seems to be " + seems);
        at = *broken;
    }
    if (why.empty()) return false;
    const auto before = std::string_view(text).substr(0, at);
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto column = at - (before.rfind('\n') + 1) + 1;
    errors.push_back(
        {this->name, static_cast<int>(line), static_cast<int>(column), "", why + "; save the file as UTF-8"});
    return true;
}

YamlFile YamlFile::read(const std::filesystem::path& path)
{
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    YamlFile failed;
    failed.name = path.string();
    if (error || !in) {
        failed.errors.push_back({failed.name, 0, 0, "", error ? error.message() : "cannot be read"});
        return failed;
    }
    if (size > kLargestFile) {
        failed.errors.push_back({failed.name, 0, 0, "", "larger than 4 MiB"});
        return failed;
    }
    std::ostringstream text;
    text << in.rdbuf();
    auto file = parse(path.string(), text.str());
    file.folder = std::filesystem::absolute(path).parent_path();
    return file;
}

void YamlFile::note(const YAML::Mark& mark, std::string key, std::string text)
{
    // yaml-cpp counts from zero; a null mark is -1.
    errors.push_back({name, mark.line + 1, mark.line < 0 ? 0 : mark.column + 1, std::move(key), std::move(text)});
}

void YamlFile::forget_missing(const std::string& path, const std::string& key)
{
    std::erase_if(errors, [&](const ConfigError& error) {
        return error.key == path && error.text.starts_with("'" + key + "' is missing");
    });
}

ConfigErrors YamlFile::sorted_errors() const
{
    auto sorted = errors;
    // Its own first; files that it names each by itself.
    std::ranges::stable_sort(sorted, {}, [this](const ConfigError& error) {
        return std::tuple(error.file != name, error.file, error.line, error.column);
    });
    return sorted;
}

}  // namespace breakwatch
