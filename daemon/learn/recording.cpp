#include "learn/recording.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <map>
#include <utility>

#include "learn/training.hpp"
#include "policy/activity/activity_window.hpp"

namespace breakwatch {
namespace {

namespace json = boost::json;

json::array feature_names()
{
    json::array names;
    for (std::size_t i = 0; i < kFeatures; ++i) names.emplace_back(name(static_cast<Feature>(i)));
    return names;
}

std::string at_line(const std::filesystem::path& file, int line, const std::string& what)
{
    return file.string() + ":" + std::to_string(line) + ": " + what;
}

// Features are stored by position: those of another version mean something else.
bool is_head(const json::value& value)
{
    const auto* head = value.if_object();
    if (head == nullptr) return false;
    const auto* names = head->if_contains("features");
    const auto* platform = head->if_contains("platform");
    const auto* label = head->if_contains("label");
    const auto* hours = head->if_contains("hours");
    if (hours != nullptr && (!hours->is_number() || !(hours->to_number<double>() >= 0))) return false;
    return names != nullptr && *names == json::value(feature_names()) && platform != nullptr && platform->is_string() &&
           (label == nullptr || label->is_string());
}

bool read_sample(const json::value& value, Sample& sample)
{
    const auto* line = value.if_object();
    if (line == nullptr) return false;
    const auto* act = line->if_contains("act");
    const auto* post = line->if_contains("post");
    const auto* values = line->if_contains("values");
    const bool whole = act != nullptr && act->is_int64() && act->as_int64() > 0 && post != nullptr && post->is_bool() &&
                       values != nullptr && values->is_array() && values->as_array().size() == kFeatures;
    if (!whole) return false;
    sample.act = static_cast<std::size_t>(act->as_int64());
    sample.post = post->as_bool();
    for (std::size_t i = 0; i < kFeatures; ++i) {
        const auto& number = values->as_array()[i];
        if (!number.is_number()) return false;
        sample.features[i] = number.to_number<double>();
        if (!std::isfinite(sample.features[i])) return false;
    }
    return true;
}

}  // namespace

double hours_between(Timestamp first, Timestamp last)
{
    return std::chrono::duration<double, std::ratio<3'600>>(last - first).count();
}

std::size_t Recording::posts() const
{
    return static_cast<std::size_t>(std::ranges::count_if(samples, &Sample::post));
}

std::vector<Sample> samples_of(const std::vector<Candidate>& candidates, const std::string& platform,
                               const PlatformCatalog& catalog)
{
    std::vector<Sample> samples;
    std::map<Device, std::pair<Timestamp, std::size_t>> latest;  // by device: end of its last request, and act
    std::size_t acts = 0;
    for (const auto& candidate : candidates) {
        if (catalog.platform_name(candidate.platform) != platform) continue;
        auto [last, fresh] = latest.try_emplace(candidate.device, candidate.at, 0);
        if (fresh || candidate.at - last->second.first > kOneAct) last->second.second = ++acts;
        last->second.first = candidate.at;
        samples.push_back({last->second.second, candidate.example.post, candidate.example.features});
    }
    return samples;
}

Recording record(const LabSession& session, const std::string& platform, const PlatformCatalog& catalog)
{
    Recording recording{session.name, platform, "",
                        samples_of(candidates_of(session, session.exchanges, catalog), platform, catalog), 0};
    auto first = Timestamp::max();
    auto last = Timestamp::min();
    for (const auto& action : session.actions) {
        if (action.platform != platform) continue;
        first = std::min(first, action.start);
        last = std::max(last, action.end);
    }
    if (first < last) recording.hours = hours_between(first, last);
    return recording;
}

std::string to_text(const Recording& recording)
{
    json::object head{{"platform", recording.platform}, {"features", feature_names()}};
    if (!recording.label.empty()) head["label"] = recording.label;
    if (recording.hours > 0) head["hours"] = recording.hours;
    std::string text = json::serialize(head) + "\n";
    for (const auto& sample : recording.samples) {
        json::array values(sample.features.begin(), sample.features.end());
        text +=
            json::serialize(json::object{{"act", sample.act}, {"post", sample.post}, {"values", std::move(values)}}) +
            "\n";
    }
    return text;
}

std::expected<Recording, std::string> read_recording(const std::filesystem::path& file)
{
    std::ifstream in(file);
    if (!in) return std::unexpected(file.string() + ": cannot be opened");
    Recording recording{file.filename().string(), "", "", {}, 0};
    std::string text;
    for (int line = 1; std::getline(in, text); ++line) {
        boost::system::error_code error;
        const auto value = json::parse(text, error);
        if (line == 1) {
            if (error || !is_head(value))
                return std::unexpected(
                    at_line(file, line, "expected the head of a recording with this version's features"));
            recording.platform = std::string(value.at("platform").as_string());
            if (const auto* label = value.as_object().if_contains("label"))
                recording.label = std::string(label->as_string());
            if (const auto* hours = value.as_object().if_contains("hours"))
                recording.hours = hours->to_number<double>();
            continue;
        }
        Sample sample;
        if (error || !read_sample(value, sample))
            return std::unexpected(
                at_line(file, line, "expected act, post and " + std::to_string(kFeatures) + " values"));
        if (recording.samples.size() >= kMostSamples)
            return std::unexpected(at_line(file, line, "expected at most 100000 samples in one recording"));
        recording.samples.push_back(sample);
    }
    if (recording.platform.empty()) return std::unexpected(file.string() + ": is empty; expected a recording");
    return recording;
}

}  // namespace breakwatch
