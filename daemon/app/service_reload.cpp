#include "app/device_filter_of.hpp"
#include "app/log.hpp"
#include "app/run_events.hpp"
#include "app/service_impl.hpp"
#include "app/service_notify.hpp"
#include "config/read_values.hpp"

namespace breakwatch {

void Service::Impl::reload()
{
    notify_reloading();
    spdlog::info("RELOAD");
    people_.reload();
    for (const auto& feed : feeds_) feed->reload();
    reload_tables();
    filter_renewal_.forget();
    renew_filter();
    if (auto told = config_watch_.look(wall_clock())) store_.record(std::move(*told));
    notify_watching();
}

void Service::Impl::reload_tables()
{
    const auto now = wall_clock();
    auto tables = load_tables(config_);
    if (!tables) {
        tables_refused_ = true;
        for (const auto& line : tables.error().lines)
            observe(InputRefused{"tables", line, "the last good state stays", now});
        observe(FeedState{"tables", false, "refused, the last good state stays: " + tables.error().lines.front(), now});
        return;
    }
    if (std::exchange(tables_refused_, false))
        observe(FeedState{"tables", true, "platforms, rules and detector are read again", now});
    use(std::move(*tables));
}

// Only what changed: the captures and their flows go on, and so do findings that wait for late facts.
void Service::Impl::use(std::shared_ptr<const Tables> tables)
{
    const auto before = std::exchange(tables_, std::move(tables));
    if (tables_->same(*before)) return;
    spdlog::info("TABLES platforms={} detector={} rules={}", tables_->same_catalog(*before) ? "same" : "new",
                 tables_->same_model(*before) ? "same" : "new",
                 tables_->rules_digest == before->rules_digest ? "same" : "new");
    tell_site();
    if (!tables_->same_catalog(*before) || !to_come_.empty()) {
        to_come_[++catalog_number_] = tables_;
        return capture_->use(catalog_of(tables_), catalog_number_);
    }
    if (!tables_->same_model(*before)) return judge_by(tables_);
    tell_rules(*tables_);
}

void Service::Impl::judge_by(std::shared_ptr<const Tables> tables)
{
    act(engine_.use(tables->catalog, tables->model));
    judged_by_ = std::move(tables);
    tell_rules(*judged_by_);
}

// What is raised by them is decided by the plan that is theirs.
void Service::Impl::tell_rules(const Tables& tables)
{
    observe(tables.plan);
    observe(tables.rules);
}

void Service::Impl::renew_filter()
{
    const auto now = wall_clock();
    const auto whole = [&] {
        return device_filter_of(*people_.enrolment(), engine_.bound_addresses(), now, sessions_expected(config_));
    };
    if (auto filter = filter_renewal_.next(engine_.identity_version(), engine_.take_met(), now, whole))
        capture_->set_filter(std::move(filter));
}

void Service::Impl::notify_watching()
{
    const auto pending = config_watch_.pending();
    notify_ready("watching " + listed(config_.capture.interfaces) + (pending.empty() ? "" : "; " + pending));
}

}  // namespace breakwatch
