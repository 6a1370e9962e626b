#include "config/yaml_reader.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <sstream>
#include <tuple>

namespace breakwatch {

namespace {

constexpr std::uintmax_t kLargestFile = 4UL * 1024 * 1024;

std::string quoted(const std::string& text)
{
    return "'" + (text.size() > 60 ? text.substr(0, 57) + "..." : text) + "'";
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
        if (node.IsSequence()) {
            std::size_t index = 0;
            for (const auto& item : node) take(item, path + "[" + std::to_string(index++) + "]", depth + 1);
        }
        if (node.IsMap()) take_map(node, path, depth);
    }

  private:
    static constexpr unsigned kDeepest = 64;
    static constexpr std::size_t kMostValues = 1'000'000;

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
        file_.note(node.Mark(), path.substr(0, 60), why);
    }

    YamlFile& file_;
    std::size_t values_ = 0;
    bool stopped_ = false;
};

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string to_string(const ConfigError& error)
{
    std::string text = error.file;
    if (error.line > 0) text += ":" + std::to_string(error.line) + ":" + std::to_string(error.column);
    text += ": ";
    if (!error.key.empty()) text += error.key + ": ";
    return text + error.text;
}

std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> words)
{
    std::optional<std::string> best;
    std::size_t least = 3;
    for (const auto& each : words) {
        const auto distance = edit_distance(word, each);
        if (distance < least && distance < each.size()) {
            least = distance;
            best = each;
        }
    }
    return best;
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

YamlFile YamlFile::parse(std::string name, const std::string& text)
{
    YamlFile file;
    file.name = std::move(name);
    try {
        file.root = YAML::Load(text);
        Walk(file).take(file.root, "");
    } catch (const YAML::Exception& error) {
        file.note(error.mark, "", "not YAML: " + error.msg);
    }
    return file;
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
        const auto near = nearest_word(key, asked_);
        file_.note(pair.first.Mark(), path_of(key), "unknown key" + (near ? "; did you mean '" + *near + "'?" : ""));
    }
}

std::string YamlMap::path_of(const std::string& key) const
{
    if (key.empty()) return path_;
    return path_.empty() ? key : path_ + "." + key;
}

YAML::Node YamlMap::child(const std::string& key)
{
    if (std::ranges::find(asked_, key) == asked_.end()) asked_.push_back(key);
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
    if (error != std::errc{} || at != end || number < least || number > most) {
        wrong(key, "found " + quoted(*read) + "; expected " + range);
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

void YamlMap::duration(const std::string& key, Duration& value)
{
    const auto read = scalar(key, "a duration such as 15min");
    if (!read) return;
    const auto parsed = parse_duration(*read);
    if (!parsed) return wrong(key, "found " + quoted(*read) + "; expected a duration such as 30s, 15min, 2h or 180 days");
    value = *parsed;
}

void YamlMap::date(const std::string& key, std::string& value)
{
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
    if (!has(key)) wrong("", "'" + key + "' is missing; expected " + what);
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
