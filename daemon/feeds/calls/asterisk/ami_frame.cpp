#include "feeds/calls/asterisk/ami_frame.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

constexpr std::array<std::string_view, 25> kKeys{"Event",     "Response",  "ActionID",   "Message",      "Challenge",
                                                 "Timestamp", "EventList", "ListItems",  "Queue",        "Name",
                                                 "Location",  "Interface", "MemberName", "Uniqueid",     "DestUniqueid",
                                                 "TalkTime",  "Reason",    "Paused",     "PausedReason", "InCall",
                                                 "LastCall",  "LastPause", "LoginTime",  "CallsTaken",   "Membership"};

}  // namespace

std::string_view AmiFrame::operator[](std::string_view key) const
{
    const auto found = std::ranges::find(fields_, key, [](const auto& field) { return field.first; });
    return found == fields_.end() ? std::string_view() : std::string_view(found->second);
}

void AmiFrame::put(std::string_view key, std::string_view value)
{
    const auto known = std::ranges::find(kKeys, key);
    if (known == kKeys.end() || !(*this)[key].empty()) return;
    fields_.emplace_back(*known, std::string(value.substr(0, AmiFrameReader::kLongestValue)));
}

void AmiFrameReader::reset()
{
    lines_.reset();
    frame_.clear();
    greeted_ = false;
}

void AmiFrameReader::read_line(std::string_view line, bool too_long)
{
    if (too_long) ++cut_;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        greeted_ = greeted_ || line.starts_with("Asterisk Call Manager/");
        return;
    }
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    frame_.put(line.substr(0, colon), value);
}

}  // namespace breakwatch
