#include "app/mention_desk.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "app/log.hpp"

namespace breakwatch {

MentionDesk::MentionDesk(boost::asio::io_context& main, StoreThread& store, Handler handler)
    : main_(main), store_(store), handler_(std::move(handler))
{}

void MentionDesk::look()
{
    if (asked_.exchange(true)) return;
    store_.with_store(
        [this, after = seen_](Store& store) {
            auto found = store.entered_mentions(after, [this](const std::string& what) {
                if (std::exchange(spoilt_, what) != what) spdlog::error("STORE_SPOILT what=\"{}\"", what);
            });
            if (!found) spdlog::error("STORE_READ what=\"{}\"", found.error());
            boost::asio::post(main_, [this, entered = std::move(found).value_or(std::vector<EnteredMention>{})] {
                asked_ = false;
                take(entered);
            });
        },
        [this] { asked_ = false; });
}

void MentionDesk::take(const std::vector<EnteredMention>& entered)
{
    for (const auto& [entry, mention] : entered) {
        seen_ = entry;
        handler_(mention);
    }
}

}  // namespace breakwatch
