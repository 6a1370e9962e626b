#include "alerts/sink_troubles.hpp"

#include <utility>

namespace breakwatch {

void SinkTroubles::listen(std::function<void(const SinkNotice&)> tell)
{
    tell_ = std::move(tell);
    for (const auto& each : std::exchange(waiting_, {})) note(each.severity, each.text);
}

void SinkTroubles::note(Severity severity, std::string text)
{
    const SinkNotice notice{severity, std::move(text)};
    tell_ ? tell_(notice) : waiting_.push_back(notice);
}

void SinkTroubles::failed()
{
    over_.stop();
    ending_ = false;
}

void SinkTroubles::trouble(const std::string& what)
{
    failed();
    if (told_.size() >= kMostReasons || !told_.insert(what).second) return;
    note(Severity::error, what);
}

void SinkTroubles::well()
{
    if (told_.empty() || std::exchange(ending_, true)) return;
    over_.after(quiet_, [this] {
        ending_ = false;
        told_.clear();
        note(Severity::notice, "takes alerts again");
    });
}

void SinkTroubles::certificate(const std::string& whose, const std::string& which, Timestamp expires, Timestamp now)
{
    if (expires - now > kCertificateEnds || certificates_.size() >= kMostCertificates) return;
    if (!certificates_.insert(whose + which).second) return;
    note(Severity::warning, whose + " ends at " + to_rfc3339(expires) + ", in less than 30 days: renew it");
}

}  // namespace breakwatch
