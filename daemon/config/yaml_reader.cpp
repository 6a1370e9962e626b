#include "config/yaml_reader.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <sstream>

#include "policy/text.hpp"

namespace breakwatch {

namespace {

std::string shown(const std::string& text)
{
    return "'" + (text.size() > 60 ? std::string(cut_text(text, 57)) + "..." : text) + "'";
}

}  // namespace

std::optional<std::size_t> parse_octets(std::string_view text)
{
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number > 1'048'576) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text == "MiB") return number << 20U;
    if (text == "GiB" && number <= 1'024) return number << 30U;
    return std::nullopt;
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
    if (node.IsDefined() && node.IsNull())
        wrong(key, std::string("is empty; expected ") + expected + ", or no such key");
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
        wrong(key, "found " + shown(*read) + "; expected true or false");
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
        wrong(key, "found " + shown(*read) + "; expected " + range + (octal ? ", without a zero in front" : ""));
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
        return wrong(key, "found " + shown(*read) + "; expected " + range.str());
    }
    value = number;
}

bool YamlMap::duration(const std::string& key, Duration& value)
{
    const auto read = scalar(key, "a duration such as 15min");
    if (!read) return false;
    const auto parsed = parse_duration(*read);
    if (parsed) value = *parsed;
    if (!parsed) wrong(key, "found " + shown(*read) + "; expected a duration such as 30s, 15min, 2h or 180 days");
    return parsed.has_value();
}

void YamlMap::octets(const std::string& key, std::size_t& value)
{
    const auto read = scalar(key, "a size such as 512MiB");
    if (!read) return;
    const auto parsed = parse_octets(*read);
    if (parsed) value = *parsed;
    if (!parsed) wrong(key, "found " + shown(*read) + "; expected a size such as 512MiB or 2GiB");
}

void YamlMap::date(const std::string& key, std::string& value)
{
    if (const auto node = child(key); node.IsDefined() && node.IsNull()) return;  // "verified: null": on no day yet
    const auto read = scalar(key, "a date such as 2026-10-01");
    if (!read) return;
    if (read->size() != 10 || !parse_rfc3339(*read + "T00:00:00Z")) {
        return wrong(key, "found " + shown(*read) + "; expected a date such as 2026-10-01");
    }
    value = *read;
}

void YamlMap::encoding(const std::string& key, Encoding& value)
{
    std::string word(name(value));
    text(key, word);
    const auto known = parse_encoding(word);
    if (!known) return wrong(key, "found " + shown(word) + "; expected one of " + encoding_words());
    value = *known;
}

void YamlMap::encoding_of_lines(const std::string& key, Encoding& value)
{
    encoding(key, value);
    const auto word = name(value);
    if (word.starts_with("utf-16") || word.starts_with("utf-32")) wrong(key, "lines cannot be in " + std::string(word));
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
    if (node.IsDefined() && node.IsNull()) return wrong(key, "is empty; expected a text or a list, or no such key");
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
        file_.note(item.Mark(), path_of(key),
                   "found " + shown(item.Scalar()) + "; expected one of " + all +
                       (near ? "; did you mean '" + *near + "'?" : ""));
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
    wrong(key, "found " + shown(word) + "; expected one of " + all + (near ? "; did you mean '" + *near + "'?" : ""));
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
