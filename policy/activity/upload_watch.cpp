#include "policy/activity/upload_watch.hpp"

#include <algorithm>
#include <iterator>

#include "policy/activity/candidate.hpp"
#include "policy/text.hpp"

namespace breakwatch {

UploadWatch::UploadWatch(const PlatformCatalog& catalog, double published_from)
    : catalog_(&catalog), published_from_(published_from)
{}

void UploadWatch::add(const Exchange& exchange)
{
    if (is_media_upload(exchange, *catalog_))
        put({exchange, exchange.up_first, exchange.up_bytes, exchange.down_bytes, false});
}

// Parts come in any order: a late one may join two that looked apart.
void UploadWatch::put(Upload upload)
{
    const Key key{identity(upload.last.device), upload.last.match.platform};
    auto found = pairs_.find(key);
    if (found == pairs_.end()) {
        if (pairs_.size() >= kPairs) {
            ++refused_full_;
            return;
        }
        found = pairs_.try_emplace(key).first;
    }
    auto& uploads = found->second;
    const auto near = [&](const Upload& other) {
        return other.from <= upload.last.up_last + kLookBehind && upload.from <= other.last.up_last + kLookBehind;
    };
    for (const auto& other : uploads) {
        if (!near(other)) continue;
        if (other.last.up_last > upload.last.up_last) upload.last = other.last;
        upload.from = std::min(upload.from, other.from);
        upload.up_bytes += other.up_bytes;
        upload.down_bytes += other.down_bytes;
        upload.published = upload.published || other.published;
    }
    std::erase_if(uploads, near);
    uploads.insert(std::ranges::upper_bound(uploads, upload.from, {}, &Upload::from), std::move(upload));
}

void UploadWatch::found(const Finding& finding)
{
    if (finding.confidence < published_from_) return;
    const auto platform = catalog_->platform_index(finding.platform);
    if (!platform) return;
    const auto pair = pairs_.find({identity(finding.device), *platform});
    if (pair == pairs_.end()) return;
    for (auto& upload : pair->second) {
        if (finding.at >= upload.from && finding.at <= upload.last.up_last + kLookBehind) upload.published = true;
    }
}

std::vector<Finding> UploadWatch::advance(Timestamp now)
{
    std::vector<Finding> out;
    if (now < next_sweep_) return out;
    next_sweep_ = now + std::chrono::milliseconds{100};
    for (auto pair = pairs_.begin(); pair != pairs_.end();) {
        auto& uploads = pair->second;
        const auto open = std::ranges::find_if(uploads, [now](const Upload& upload) {
            return upload.last.up_last + kLookBehind + kPostHold + kSlack > now;
        });
        for (auto upload = uploads.begin(); upload != open; ++upload) {
            if (!upload->published) out.push_back(describe(*upload));
        }
        uploads.erase(uploads.begin(), open);
        pair = uploads.empty() ? pairs_.erase(pair) : std::next(pair);
    }
    return out;
}

void UploadWatch::use(const PlatformCatalog& catalog, double published_from)
{
    catalog_ = &catalog;
    published_from_ = published_from;
    for (auto& [key, uploads] : std::exchange(pairs_, {})) {
        for (auto& upload : uploads) {
            const auto match = catalog.find(upload.last.server_name);
            if (!match) continue;
            upload.last.match = *match;
            if (is_media_upload(upload.last, catalog)) put(std::move(upload));
        }
    }
}

Finding UploadWatch::describe(const Upload& upload) const
{
    const auto& last = upload.last;
    auto finding = finding_about(last, *catalog_);
    finding.at = last.up_last;
    finding.kind = FindingKind::media_upload;
    finding.confidence = kConfidence;
    finding.up_bytes = upload.up_bytes;
    finding.down_bytes = upload.down_bytes;
    finding.reasons.push_back(std::to_string(upload.up_bytes / 1000) + " kB went to " + last.server_name +
                              ", and no request like that of publishing them was seen within " + to_words(kLookBehind) +
                              ": a private message looks the same");
    return finding;
}

}  // namespace breakwatch
