#include "feeds/mentions/mention_intake.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

MentionIntake::MentionIntake(MentionIntakeSettings settings, Feed::Handler handler)
    : settings_(std::move(settings)),
      handler_(handler),
      refusals_("mentions:" + settings_.meaning.source, std::move(handler))
{
    status_.name = "mentions:" + settings_.meaning.source;
    reload();
}

void MentionIntake::reload()
{
    if (const auto platforms = settings_.catalogue())
        settings_.meaning.platforms = platform_words(*platforms, settings_.configured);
}

bool MentionIntake::take(const MentionRecords::Record& record, const std::string& stream, Timestamp arrived)
{
    const auto where = place_of(stream, record);
    if (!record.texts) return refuse(where, record.texts.error(), arrived), false;
    auto mention = read_mention(*record.texts, settings_.meaning, arrived);
    if (!mention) return refuse(where, mention.error(), arrived), false;
    if (!record.note.empty()) refusals_.warn(record.note, where, record.note, arrived);
    ++status_.taken;
    if (!*mention) return true;
    status_.last_event = std::max(status_.last_event.value_or((*mention)->at), (*mention)->at);
    handler_(std::move(**mention));
    return true;
}

void MentionIntake::refuse(const std::string& where, const std::string& what, Timestamp at)
{
    refusals_.refuse(what, where, what, at);
}

void MentionIntake::tell_down(const std::string& why, Timestamp at)
{
    if (told_ && !status_.up) return;
    told_ = true;
    status_.up = false;
    handler_(FeedState{status_.name, false, why + "; no mention comes in by it", at});
}

void MentionIntake::tell_up(Timestamp at)
{
    if (told_ && status_.up) return;
    told_ = true;
    status_.up = true;
    handler_(FeedState{status_.name, true, "mentions come in", at});
}

FeedStatus MentionIntake::status() const
{
    auto status = status_;
    status.refused = refusals_.count();
    status.last_refusal = refusals_.last();
    return status;
}

}  // namespace breakwatch
