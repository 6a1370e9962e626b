#include "app/verdict_desk.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "app/log.hpp"

namespace breakwatch {

void VerdictDesk::look(Timestamp now)
{
    if (asked_.exchange(true)) return;
    store_.with_store(
        [this, now](Store& store) {
            const auto told = store.tell_verdicts(now);
            auto counted = store.verdicts();
            const auto why = !told ? told.error() : !counted ? counted.error() : std::string();
            if (std::exchange(failed_, why) != why && !why.empty()) spdlog::error("VERDICTS what=\"{}\"", why);
            boost::asio::post(main_, [this, figures = std::move(counted)]() mutable {
                asked_ = false;
                if (figures) figures_ = std::move(*figures);
            });
        },
        [this] { asked_ = false; });
}

}  // namespace breakwatch
