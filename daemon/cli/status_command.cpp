#include "cli/status_command.hpp"

#include <signal.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <limits>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "report/plain_text.hpp"
#include "report/site_zone.hpp"
#include "report/story.hpp"
#include "store/verdict.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

// The daemon writes every two seconds.
constexpr std::chrono::seconds kStale{20};
constexpr std::size_t kScreenWidth = 100;

// A JSON object whose fields may be missing.
class Fields {
  public:
    explicit Fields(const json::value* value) : object_(value != nullptr ? value->if_object() : nullptr) {}

    bool there() const { return object_ != nullptr; }
    std::uint64_t count(const char* key) const
    {
        const auto* value = find(key);
        if (value == nullptr || !value->is_number()) return 0;
        boost::system::error_code error;
        const auto number = value->to_number<std::uint64_t>(error);
        return error ? 0 : number;
    }
    std::string text(const char* key) const
    {
        const auto* value = find(key);
        return value != nullptr && value->is_string() ? printable(std::string_view(value->get_string())) : "";
    }
    bool flag(const char* key) const
    {
        const auto* value = find(key);
        return value != nullptr && value->is_bool() && value->get_bool();
    }
    std::optional<Timestamp> time(const char* key) const { return parse_rfc3339(text(key)); }
    Fields inner(const char* key) const { return Fields(find(key)); }
    std::vector<Fields> list(const char* key) const
    {
        std::vector<Fields> all;
        const auto* value = find(key);
        if (value == nullptr || !value->is_array()) return all;
        for (const auto& item : value->get_array()) all.emplace_back(&item);
        return all;
    }
    std::vector<std::string> texts(const char* key) const
    {
        std::vector<std::string> all;
        const auto* value = find(key);
        if (value == nullptr || !value->is_array()) return all;
        for (const auto& item : value->get_array())
            if (item.is_string()) all.push_back(printable(std::string_view(item.get_string())));
        return all;
    }
    // "truncated 3, bad_length 1"; those that are zero, or told elsewhere, are left out.
    std::string counts(std::initializer_list<std::string_view> elsewhere = {}) const
    {
        std::string all;
        if (object_ == nullptr) return all;
        for (const auto& pair : *object_) {
            const std::string key(pair.key());
            if (std::ranges::find(elsewhere, std::string_view(key)) != elsewhere.end()) continue;
            if (const auto number = count(key.c_str()); number > 0)
                all += (all.empty() ? "" : ", ") + printable(key) + " " + std::to_string(number);
        }
        return all;
    }

  private:
    const json::value* find(const char* key) const { return object_ == nullptr ? nullptr : object_->if_contains(key); }

    const json::object* object_;
};

std::string grouped(std::uint64_t number)
{
    auto text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), " ");
    return text;
}

std::string ago(const std::optional<Timestamp>& time, Timestamp now)
{
    if (!time) return "never";
    if (*time > now) return "in " + to_words(std::chrono::floor<std::chrono::seconds>(*time - now));
    return to_words(std::chrono::floor<std::chrono::seconds>(now - *time)) + " ago";
}

// Of all packets that came by, those that were looked at.
double seen_share(const Fields& capture)
{
    const auto lost = static_cast<double>(capture.count("dropped_by_kernel") + capture.count("dropped_by_interface"));
    const auto seen = static_cast<double>(capture.count("packets"));
    return seen + lost > 0 ? seen / (seen + lost) : 1.0;
}

std::string seen_in_words(double share)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4f %%", share * 100);
    return share >= 1 ? "all were seen" : std::string(text.data()) + " were seen";
}

class StatusScreen {
  public:
    StatusScreen(const Fields& status, Timestamp now, ProcessAlive alive)
        : status_(status), now_(now), told_(status.time("now")), alive_(std::move(alive))
    {}

    Outcome tell()
    {
        for (const auto& each : status_.texts("blind")) wrong_.push_back(each);
        const auto parts = capture() + engine() + memory() + feeds() + sinks() + store() + verdicts();
        auto out = head();
        if (wrong_.empty()) out += "  nothing is wrong\n";
        for (const auto& each : wrong_) out += paragraph(each, 4, "!", kScreenWidth);
        return {wrong_.empty() ? tool_success : tool_unwell, out + parts, ""};
    }

  private:
    std::string head()
    {
        const auto started = status_.time("started");
        auto text = "breakwatchd " + status_.text("version");
        if (started) text += ", started " + utc_date_time(*started) + " UTC (" + ago(started, now_) + ")";
        if (!told_ || now_ - *told_ > kStale) {
            wrong_.insert(wrong_.begin(), who_is_silent() + ": its status was last written " + ago(told_, now_) +
                                              "; everything below is as of then");
        }
        return text + "\n";
    }

    // Whether the process that wrote it is still there tells what to do.
    std::string who_is_silent() const
    {
        const auto pid = status_.count("pid");
        if (pid == 0) return "the daemon does not run, or hangs";
        const auto process = "process " + std::to_string(pid);
        if (alive_ && alive_(pid))
            return "the daemon hangs (" + process +
                   " is still there; `systemctl restart breakwatchd`, and `journalctl -u breakwatchd` for why)";
        return "the daemon does not run (" + process +
               " is gone without a word; `journalctl -u breakwatchd` says why, `systemctl start breakwatchd` starts "
               "it)";
    }

    static std::string line(const char* what, const std::string& is)
    {
        return is.empty() ? ""
                          : paragraph(is, 18,
                                      std::string("  ") + what +
                                          std::string(std::max<std::size_t>(15, std::string_view(what).size()) -
                                                          std::string_view(what).size(),
                                                      ' '),
                                      kScreenWidth);
    }

    std::string capture()
    {
        const auto capture = status_.inner("capture");
        if (!capture.there()) return "";
        const auto share = seen_share(capture);
        auto each = capture.list("interfaces");
        if (each.empty()) each = {capture};
        for (const auto& one : each) {
            if (!one.flag("up")) wrong("capture on " + one.text("interface") + " is down", one.text("last_error"));
        }
        if (share < 0.999) wrong_.push_back("packets were lost: " + seen_in_words(share));
        if (const auto lost = capture.count("dropped_observations"); lost > 0)
            wrong_.push_back(grouped(lost) + " observations were lost because the engine was too slow");
        const auto full = capture.inner("refused_full").counts();
        if (!full.empty()) wrong_.push_back("kept out by the capture's bounds: " + full);
        auto text = "\nCAPTURE  " + capture.text("interface") + (capture.flag("up") ? ", up\n" : ", DOWN\n");
        text += line("packets", grouped(capture.count("packets")) + " (" + in_words(capture.count("bytes")) +
                                    "); dropped " + grouped(capture.count("dropped_by_kernel")) + " by the kernel, " +
                                    grouped(capture.count("dropped_by_interface")) +
                                    " by the interface: " + seen_in_words(share));
        text += line("flows", grouped(capture.count("flows")) + " at present; " + grouped(capture.count("exchanges")) +
                                  " exchanges with platforms; " + grouped(capture.count("encrypted_hellos")) +
                                  " encrypted hellos");
        text +=
            line("also", capture.counts({"packets", "bytes", "received", "dropped_by_kernel", "dropped_by_interface",
                                         "dropped_observations", "flows", "exchanges", "encrypted_hellos"}));
        text += line("not understood", capture.inner("not_understood").counts());
        return each.size() > 1 ? text + interfaces(each) : text;
    }

    static std::string interfaces(const std::vector<Fields>& captures)
    {
        TextTable table({"INTERFACES", "STATE", "PACKETS", "DROPPED", "FLOWS", "LAST ERROR"});
        for (const auto& each : captures) {
            table.add({each.text("interface"), each.flag("up") ? "up" : "DOWN", grouped(each.count("packets")),
                       grouped(each.count("dropped_by_kernel") + each.count("dropped_by_interface")),
                       grouped(each.count("flows")), shortened(each.text("last_error"), 60)});
        }
        return "\n" + table.render();
    }

    std::string engine()
    {
        const auto engine = status_.inner("engine");
        if (!engine.there()) return "";
        if (const auto full = engine.inner("refused_full").counts(); !full.empty())
            wrong_.push_back("kept out by the engine's bounds: " + full);
        const auto unjudgeable = engine.count("unjudgeable");
        const auto possible = engine.count("possible_posts");
        if (possible >= 5 && unjudgeable * 2 >= possible)
            wrong_.push_back(grouped(unjudgeable) + " of " + grouped(possible) +
                             " possible posts could not be judged: too much of them was not seen");
        std::string text = "\nENGINE\n";
        text += line("incidents", grouped(engine.count("incidents")) + ", updated " +
                                      grouped(engine.count("incident_updates")) + " times, held " +
                                      grouped(engine.count("incidents_held")) + ", of them raised later " +
                                      grouped(engine.count("held_raised")));
        text += line("findings", grouped(engine.count("findings")) + "; outside every rule " +
                                     grouped(engine.count("findings_outside")) + ", more than one person " +
                                     grouped(engine.count("findings_ambiguous")) + ", unsure who " +
                                     grouped(engine.count("findings_weak")) + ", not enrolled " +
                                     grouped(engine.count("findings_unenrolled")));
        text += line("holds", grouped(engine.count("pending_findings")) + " findings waiting for late facts, " +
                                  grouped(engine.count("devices")) + " devices, " + grouped(engine.count("bindings")) +
                                  " bindings, " + grouped(engine.count("calls")) + " calls");
        text += line("coverage", coverage(engine));
        return text + line("also", engine.counts({"named_bytes",
                                                  "dns_named_bytes",
                                                  "hidden_bytes",
                                                  "unnamed_bytes",
                                                  "incidents",
                                                  "incident_updates",
                                                  "incidents_held",
                                                  "held_raised",
                                                  "findings",
                                                  "findings_outside",
                                                  "findings_ambiguous",
                                                  "findings_weak",
                                                  "findings_unenrolled",
                                                  "pending_findings",
                                                  "devices",
                                                  "bindings",
                                                  "calls",
                                                  "exchanges",
                                                  "possible_posts",
                                                  "unjudgeable"}));
    }

    // How much of the enrolled devices' traffic could be named.
    static std::string coverage(const Fields& engine)
    {
        const auto named = engine.count("named_bytes") + engine.count("dns_named_bytes");
        const auto all = named + engine.count("hidden_bytes") + engine.count("unnamed_bytes");
        if (all == 0) return "";
        return percent(static_cast<double>(named) / static_cast<double>(all)) + " of " + in_words(all) +
               " of enrolled devices could be named";
    }

    std::string memory()
    {
        const auto memory = status_.inner("memory");
        if (!memory.there()) return "";
        const auto budget = memory.count("budget");
        const auto resident = memory.count("resident");
        if (memory.flag("over")) wrong_.push_back("the daemon takes more memory than memory: allows; please report it");
        std::string tables;
        for (const auto& table : memory.list("tables")) {
            const auto most = table.count("most_bytes");
            const auto used = table.count("bytes");
            if (most == 0 || used * 100 < most) continue;
            tables += (tables.empty() ? "" : ", ") + table.text("name") + " " + std::to_string(used * 100 / most) +
                      " % of " + in_words(most);
        }
        return "\nMEMORY  " + in_words(resident) + " of " + in_words(budget) + "\n" +
               line("tables", tables.empty() ? "nearly empty" : tables);
    }

    std::string feeds()
    {
        const auto all = status_.list("feeds");
        TextTable table({"FEEDS", "STATE", "EVENTS", "OF NOBODY", "REFUSED", "LAST EVENT", "LAST REFUSAL"});
        for (const auto& feed : all) {
            if (!feed.flag("up")) wrong("feed " + feed.text("name") + " is down or silent", feed.text("last_refusal"));
            table.add({feed.text("name"), feed.flag("up") ? "up" : "DOWN", grouped(feed.count("taken")),
                       grouped(feed.count("unmapped")), grouped(feed.count("refused")),
                       ago(feed.time("last_event"), now_), shortened(feed.text("last_refusal"), 60)});
        }
        return all.empty() ? "" : "\n" + table.render();
    }

    std::string sinks()
    {
        const auto all = status_.list("sinks");
        TextTable table({"SINKS", "STATE", "SENT", "BACKLOG", "FAILURES", "CUT SHORT", "KEPT BACK", "LAST ERROR"});
        for (const auto& sink : all) {
            const auto error = sink.text("last_error");
            const auto backlog = sink.count("backlog");
            const bool cut_off = !sink.flag("connected") && !error.empty();
            if (cut_off || backlog > 0)
                wrong("sink " + sink.text("name") + ": " +
                          (backlog > 0 ? grouped(backlog) + " alerts wait to be sent" : "not connected"),
                      error);
            table.add({sink.text("name"),
                       sink.flag("connected") ? "connected"
                       : cut_off              ? "CUT OFF"
                                              : "idle",
                       grouped(sink.count("sent")), grouped(backlog), grouped(sink.count("failures")),
                       grouped(sink.count("truncated")), grouped(sink.count("kept_back")), shortened(error, 60)});
        }
        return all.empty() ? "" : "\n" + table.render();
    }

    std::string store()
    {
        const auto waiting = status_.count("waiting_for_store");
        if (waiting > 0)
            wrong_.push_back(grouped(waiting) + " conclusions wait to be stored: is the disk full or failing?");
        return "\nSTORE  last sequence number " + grouped(status_.count("last_sequence")) + ", waiting " +
               grouped(waiting) + "\n";
    }

    // How often each rule was right, by what people found.
    std::string verdicts()
    {
        const auto all = status_.list("verdicts");
        TextTable table({"VERDICTS", "TRUE", "FALSE", "UNKNOWN", "RIGHT", "95 % INTERVAL"});
        const auto add = [&](const std::string& what, const Fields& told) {
            const VerdictCounts counts{told.count("true"), told.count("false"), told.count("unknown")};
            table.add({what, grouped(counts.confirmed), grouped(counts.false_alarms), grouped(counts.unknown),
                       counts.precision() ? percent(*counts.precision()) : "not known",
                       percent(counts.interval().from) + " to " + percent(counts.interval().to)});
        };
        for (const auto& rule : all) {
            add(rule.text("rule"), rule);
            const auto platforms = rule.list("platforms");
            if (platforms.size() < 2) continue;
            for (const auto& on : platforms) add("  " + on.text("platform"), on);
        }
        return all.empty() ? "" : "\n" + table.render();
    }

    void wrong(const std::string& what, const std::string& why)
    {
        wrong_.push_back(why.empty() ? what : what + ": " + why);
    }

    Fields status_;
    Timestamp now_;
    std::optional<Timestamp> told_;
    ProcessAlive alive_;
    std::vector<std::string> wrong_;
};

// By its name too: numbers are used again.
bool daemon_alive(std::uint64_t pid)
{
    if (pid > std::numeric_limits<pid_t>::max()) return false;
    if (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) return false;
    std::ifstream in("/proc/" + std::to_string(pid) + "/comm");
    std::string command;
    return !std::getline(in, command) || command.starts_with("breakwatchd");
}

// Why the file cannot be opened, and what to do about it.
Outcome unopened(const std::filesystem::path& file, int reason)
{
    const auto where = file.string();
    if (reason == EACCES || reason == EPERM)
        return failed("status: " + where + ": " + std::strerror(reason) +
                      "; whether the daemon runs is not known. Ask as root (sudo breakwatch status) or as the daemon's "
                      "user (sudo -u breakwatch)");
    if (reason == ENOENT || reason == ENOTDIR)
        return failed(
            "status: the daemon does not run: there is no " + where +
                "; `systemctl start breakwatchd` starts it, `systemctl status breakwatchd` says why it did not. "
                "Where runtime_directory is set in its configuration, name it with --runtime",
            tool_unwell);
    return failed("status: " + where + ": " + std::strerror(reason) + "; whether the daemon runs is not known");
}

}  // namespace

Outcome tell_status(const std::string& content, Timestamp now, const ProcessAlive& alive)
{
    boost::system::error_code error;
    const auto value = json::parse(content, error);
    if (error || !value.is_object()) return failed("status.json: expected a JSON object; is it the daemon's file?");
    return StatusScreen(Fields(&value), now, alive).tell();
}

Outcome run_status(const StatusOptions& options)
{
    const auto file = options.runtime / "status.json";
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in) return unopened(file, errno);
    std::ostringstream content;
    content << in.rdbuf();
    auto outcome = tell_status(content.str(), wall_clock(), daemon_alive);
    if (options.json && outcome.exit_code != tool_failure) outcome.out = content.str();
    return outcome;
}

}  // namespace breakwatch
