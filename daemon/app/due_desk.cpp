#include "app/due_desk.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "app/log.hpp"

namespace breakwatch {

void DueDesk::look(const DueClock& clock, Timestamp now)
{
    if (asked_.exchange(true)) return;
    store_.with_store(
        [this, clock, now](Store& store) {
            const auto told = store.tell_due(clock, now);
            const auto why = told ? std::string() : told.error();
            if (std::exchange(failed_, why) != why && !why.empty()) spdlog::error("DUE what=\"{}\"", why);
            boost::asio::post(main_, [this, any = told.value_or(0) > 0] {
                asked_ = false;
                if (any) told_();
            });
        },
        [this] { asked_ = false; });
}

}  // namespace breakwatch
