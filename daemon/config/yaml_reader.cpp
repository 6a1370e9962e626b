#include "config/yaml_reader.hpp"

#include "policy/text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <sstream>
#include <tuple>

#include "config/recognise_encoding.hpp"

namespace breakwatch {

namespace {

constexpr std::uintmax_t kLargestFile = 4UL * 1024 * 1024;

std::string quoted(const std::string& text)
{
    return "'" + (text.size() > 60 ? std::string(cut_text(text, 57)) + "..." : text) + "'";
}

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

std::optional<Duration> parse_duration(std::string_view text)
{
    using namespace std::chrono;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0 || number > 1'000'000) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text == "ms") return milliseconds{number};
    if (text == "s") return seconds{number};
    if (text == "min") return minutes{number};
    if (text == "h") return hours{number};
    // 292 years is what nanoseconds can hold.
    if ((text == "d" || text == "day" || text == "days") && number <= 36'500) return days{number};
    return std::nullopt;
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
        if (last == std::string::npos || last < 2 || text[last - 1] != ' ' || (text[last - 2] != ':' && text[last - 2] != '-')) continue;
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
    if (says("illegal map value")) return message + "; a text with ': ' in it needs quotes, and a nested key its own line";
    if (says("EOF in scalar")) return message + "; is a quotation mark not closed?";
    if (says("end of map") || says("end of sequence not found")) return message + "; is a line indented otherwise than its neighbours?";
    if (says("end of sequence flow") || says("end of map flow")) return message + "; is a bracket not closed?";
    return message;
}

}  // namespace

YamlFile YamlFile::parse(std::string name, const std::string& text)
{
    YamlFile file;
    file.name = std::move(name);
    if (file.refuse_encoding(text)) return file;
    try {
        const auto documents = YAML::LoadAll(text);
        if (!documents.empty()) file.root = documents.front();
        Walk(file).take(file.root, "");
        // What stands behind "---" would be passed over.
        if (documents.size() > 1) file.note(documents[1].Mark(), "", "a second document begins here (---); expected one");
    } catch (const YAML::Exception& error) {
        if (const auto tab = leading_tab(text)) {
            file.note(*tab, "", "not YAML: a tab at the beginning of the line; expected blanks");
        } else {
            file.note(error.mark, "", "not YAML: " + explained(error.msg));
        }
    }
    // The parser takes the rest of the file for the text, and says nothing.
    if (const auto quote = open_quote(text); quote && file.errors.empty()) file.note(*quote, "", "a quotation mark is opened and never closed");
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
    errors.push_back({this->name, static_cast<int>(line), static_cast<int>(column), "", why + "; save the file as UTF-8"});
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
    std::erase_if(errors, [&](const ConfigError& error) { return error.key == path && error.text.starts_with("'" + key + "' is missing"); });
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

YamlMap::YamlMap(YamlFile& file, const YAML::Node& node, std::string path)
    : file_(file), node_(node), path_(std::move(path))
{
    if (node_.IsMap() || (node_.IsNull() && path_.empty())) return;
    file_.note(node_.Mark(), path_, "expected a mapping (key: value)");
    node_ = YAML::Node(YAML::NodeType::Map);
    all_asked_ = true;
}

YamlMap::~YamlMap()
{
    if (all_asked_ || !node_.IsMap()) return;
    for (const auto& pair : node_) {
        const auto key = pair.first.IsScalar() ? pair.first.Scalar() : std::string("?");
        if (std::ranges::find(asked_, key) != asked_.end()) continue;
        if (key == "<<") {
            file_.note(pair.first.Mark(), path_of(key), "merge keys are not read; write the keys out");
            continue;
        }
        const auto near = nearest_word(key, asked_);
        std::string hint = near ? "; did you mean '" + *near + "'?" : "";
        if (const auto other = file_.asked.find(key); !near && other != file_.asked.end())
            hint = "; expected it in " + (other->second.empty() ? "the file's first level" : other->second);
        file_.note(pair.first.Mark(), path_of(key), "unknown key" + hint);
        if (near) file_.forget_missing(path_, *near);
    }
}

std::string YamlMap::path_of(const std::string& key) const
{
    if (key.empty()) return path_;
    return path_.empty() ? key : path_ + "." + key;
}

YAML::Node YamlMap::child(const std::string& key)
{
    if (std::ranges::find(asked_, key) == asked_.end()) {
        asked_.push_back(key);
        file_.asked.try_emplace(key, path_);
    }
    if (!node_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
    const auto& constant = node_;
    return constant[key];
}

bool YamlMap::has(const std::string& key)
{
    const auto node = child(key);
    return node.IsDefined() && !node.IsNull();
}

YamlMap::Shape YamlMap::shape(const std::string& key)
{
    const auto node = child(key);
    if (!node.IsDefined() || node.IsNull()) return Shape::absent;
    if (node.IsMap()) return Shape::map;
    return node.IsSequence() ? Shape::list : Shape::text;
}

void YamlMap::wrong(const std::string& key, const std::string& text)
{
    const auto node = key.empty() ? node_ : child(key);
    file_.note(node.IsDefined() ? node.Mark() : node_.Mark(), path_of(key), text);
}

void YamlMap::take(const ConfigErrors& of_another)
{
    file_.errors.insert(file_.errors.end(), of_another.begin(), of_another.end());
}

std::optional<std::string> YamlMap::scalar(const std::string& key, const char* expected)
{
    const auto node = child(key);
    if (node.IsDefined() && node.IsNull()) wrong(key, std::string("is empty; expected ") + expected + ", or no such key");
    if (!node.IsDefined() || node.IsNull()) return std::nullopt;
    if (!node.IsScalar()) {
        wrong(key, std::string("found a ") + (node.IsMap() ? "mapping" : "list") + "; expected " + expected);
        return std::nullopt;
    }
    return node.Scalar();
}

void YamlMap::text(const std::string& key, std::string& value)
{
    if (const auto read = scalar(key, "a text")) value = *read;
}

void YamlMap::boolean(const std::string& key, bool& value)
{
    const auto read = scalar(key, "true or false");
    if (!read) return;
    if (*read == "true" || *read == "yes" || *read == "on") {
        value = true;
    } else if (*read == "false" || *read == "no" || *read == "off") {
        value = false;
    } else {
        wrong(key, "found " + quoted(*read) + "; expected true or false");
    }
}

std::optional<std::int64_t> YamlMap::read_integer(const std::string& key, std::int64_t least, std::int64_t most)
{
    const auto range = "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    const auto read = scalar(key, range.c_str());
    if (!read) return std::nullopt;
    std::int64_t number = 0;
    const auto* const end = read->data() + read->size();
    const auto [at, error] = std::from_chars(read->data(), end, number);
    const bool octal = read->size() > 1 && read->front() == '0';
    if (error != std::errc{} || at != end || number < least || number > most || octal) {
        wrong(key, "found " + quoted(*read) + "; expected " + range + (octal ? ", without a zero in front" : ""));
        return std::nullopt;
    }
    return number;
}

void YamlMap::real(const std::string& key, double& value, double least, double most)
{
    const auto read = scalar(key, "a number");
    if (!read) return;
    double number = 0;
    const auto* const end = read->data() + read->size();
    const auto [at, error] = std::from_chars(read->data(), end, number);
    if (error != std::errc{} || at != end || !(number >= least && number <= most)) {  // nan is neither
        std::ostringstream range;
        range << "a number from " << least << " to " << most;
        return wrong(key, "found " + quoted(*read) + "; expected " + range.str());
    }
    value = number;
}

bool YamlMap::duration(const std::string& key, Duration& value)
{
    const auto read = scalar(key, "a duration such as 15min");
    if (!read) return false;
    const auto parsed = parse_duration(*read);
    if (parsed) value = *parsed;
    if (!parsed) wrong(key, "found " + quoted(*read) + "; expected a duration such as 30s, 15min, 2h or 180 days");
    return parsed.has_value();
}

void YamlMap::date(const std::string& key, std::string& value)
{
    if (const auto node = child(key); node.IsDefined() && node.IsNull()) return;  // "verified: null": on no day yet
    const auto read = scalar(key, "a date such as 2026-10-01");
    if (!read) return;
    if (read->size() != 10 || !parse_rfc3339(*read + "T00:00:00Z")) {
        return wrong(key, "found " + quoted(*read) + "; expected a date such as 2026-10-01");
    }
    value = *read;
}

void YamlMap::file_path(const std::string& key, std::filesystem::path& value)
{
    const auto read = scalar(key, "a file name");
    if (!read) return;
    if (read->empty()) return wrong(key, "is empty; expected a file name");
    value = (file_.folder / *read).lexically_normal();
}

void YamlMap::texts(const std::string& key, std::vector<std::string>& values)
{
    const auto node = child(key);
    if (!node.IsDefined() || node.IsNull()) return;
    if (!node.IsSequence()) return wrong(key, "expected a list such as [one, two]");
    values.clear();
    for (const auto& item : node) {
        if (item.IsScalar()) {
            values.push_back(item.Scalar());
        } else {
            file_.note(item.Mark(), path_of(key), "expected a list of texts");
        }
    }
}

void YamlMap::text_or_texts(const std::string& key, std::vector<std::string>& values)
{
    const auto node = child(key);
    if (!node.IsDefined() || !node.IsScalar()) return texts(key, values);
    values = {node.Scalar()};
}

void YamlMap::known_texts(const std::string& key, std::vector<std::string>& values, std::span<const std::string> known)
{
    texts(key, values);
    const auto node = child(key);
    if (known.empty() || !node.IsDefined() || !node.IsSequence()) return;
    for (const auto& item : node) {
        if (!item.IsScalar() || std::ranges::find(known, item.Scalar()) != known.end()) continue;
        std::string all;
        for (const auto& each : known) all += (all.empty() ? "" : ", ") + each;
        const auto near = nearest_word(item.Scalar(), known);
        file_.note(item.Mark(), path_of(key), "found " + quoted(item.Scalar()) + "; expected one of " + all + (near ? "; did you mean '" + *near + "'?" : ""));
    }
}

void YamlMap::file_paths(const std::string& key, std::vector<std::filesystem::path>& values)
{
    std::vector<std::string> names;
    texts(key, names);
    for (const auto& name : names) values.push_back((file_.folder / name).lexically_normal());
}

std::optional<std::size_t> YamlMap::index_of(const std::string& key, const std::string& word,
                                             std::span<const std::string_view> words)
{
    const auto at = std::ranges::find(words, word);
    if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
    std::string all;
    for (const auto& each : words) all += (all.empty() ? "" : ", ") + std::string(each);
    const std::vector<std::string> candidates(words.begin(), words.end());
    const auto near = nearest_word(word, candidates);
    wrong(key, "found " + quoted(word) + "; expected one of " + all + (near ? "; did you mean '" + *near + "'?" : ""));
    return std::nullopt;
}

std::optional<std::size_t> YamlMap::read_word(const std::string& key, std::span<const std::string_view> words)
{
    const auto read = scalar(key, "a word");
    if (!read) return std::nullopt;
    return index_of(key, *read, words);
}

void YamlMap::required(const std::string& key, const std::string& what)
{
    if (has(key)) return;
    if (child(key).IsDefined()) return wrong(key, "is empty; expected " + what);
    wrong("", "'" + key + "' is missing; expected " + what);
}

void YamlMap::map(const std::string& key, const std::function<void(YamlMap&)>& read)
{
    const auto node = child(key);
    if (!node.IsDefined() || node.IsNull()) return;
    YamlMap nested(file_, node, path_of(key));
    read(nested);
}

void YamlMap::maps(const std::string& key, const std::function<void(YamlMap&)>& read)
{
    const auto node = child(key);
    if (!node.IsDefined() || node.IsNull()) return;
    if (!node.IsSequence()) return wrong(key, "expected a list (- key: value)");
    std::size_t index = 0;
    for (const auto& item : node) {
        YamlMap nested(file_, static_cast<const YAML::Node&>(item), path_of(key) + "[" + std::to_string(index++) + "]");
        read(nested);
    }
}

void YamlMap::named_maps(const std::function<void(const std::string&, YamlMap&)>& read)
{
    all_asked_ = true;
    if (!node_.IsMap()) return;
    for (const auto& pair : node_) {
        const auto name = pair.first.IsScalar() ? pair.first.Scalar() : std::string("?");
        YamlMap nested(file_, pair.second, path_of(name));
        read(name, nested);
    }
}

void YamlMap::named_texts(const std::function<void(const std::string&, const std::string&)>& read)
{
    all_asked_ = true;
    if (!node_.IsMap()) return;
    for (const auto& pair : node_) {
        const auto name = pair.first.IsScalar() ? pair.first.Scalar() : std::string("?");
        if (pair.second.IsScalar()) {
            read(name, pair.second.Scalar());
        } else {
            file_.note(pair.second.Mark(), path_of(name), "expected a text");
        }
    }
}

}  // namespace breakwatch
