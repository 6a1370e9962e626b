// bench_mentions LAB DAYS SEED [LAB...]: simulated days of a break area, whose posts somebody sees and complains
// about; how often is the right one first, named, or somebody else named, and is "nobody here" said of what went by
// cellular data?
//
// 200 people on shift from 09:00 to 17:00, each with eight breaks of ten minutes right after a contact; six of ten on a
// platform, with 80 actions a break. Every confidence is one that a detector gave to a post or to another action in the
// first folder's sessions, platform by platform, which it was not learned from (pools.hpp). One to ten posts a day; one
// of twenty by cellular data. The complaint tells the time wrong by up to 30 s beyond its precision.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>

#include "config/load_config.hpp"
#include "policy/engine.hpp"
#include "pools.hpp"

namespace {

using namespace breakwatch;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kPeople = 200;
constexpr int kBreaks = 8;
constexpr int kActionsPerBreak = 80;
constexpr Duration kBreak = minutes{10};
constexpr double kOnPlatforms = 0.6;
constexpr double kCellular = 0.05;
constexpr double kWorstClock = 30;  // seconds

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}
    // 0 to below `many`; the same on every machine, unlike std::uniform_int_distribution.
    std::size_t below(std::size_t many) { return static_cast<std::size_t>(engine_() % many); }
    double share() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }
    Duration within(Duration length)
    {
        return Duration{static_cast<std::int64_t>(share() * static_cast<double>(length.count()))};
    }

  private:
    std::mt19937_64 engine_;
};

StaffId staff(int person)
{
    return {"s" + std::to_string(1000 + person)};
}

MacAddress phone(int person)
{
    return {{0x02, 0x1a, 0x10, 0, static_cast<std::uint8_t>(person / 256), static_cast<std::uint8_t>(person % 256)}};
}

struct Post {
    int person = 0;
    std::string platform;
    Timestamp at;
    bool cellular = false;
    Mention mention;
};

struct Day {
    std::vector<std::pair<Timestamp, Observation>> facts;
    std::vector<Post> posts;
};

// One break: a contact that ends as it begins, and what was done on a platform.
void add_break(Day& day, const Pools& pools, Dice& dice, int person, Timestamp from, int number)
{
    CallEvent call;
    call.source = "acd";
    call.id = std::to_string(person) + "-" + std::to_string(number);
    call.staff = staff(person);
    call.type = CallEvent::Type::call_start;
    call.at = from - minutes{6};
    day.facts.emplace_back(call.at, call);
    call.type = CallEvent::Type::call_end;
    call.at = from - seconds{10};
    day.facts.emplace_back(call.at, call);
    if (dice.share() > kOnPlatforms) return;
    const auto& [platform, pool] = *std::next(pools.begin(), static_cast<std::ptrdiff_t>(dice.below(pools.size())));
    for (int action = 0; action < kActionsPerBreak; ++action) {
        const auto other = dice.below(pool.other_actions);
        const auto at = from + dice.within(kBreak);
        if (other >= pool.others.size()) continue;  // nothing post-like
        Finding finding;
        finding.device = {phone(person), {}};
        finding.at = at;
        finding.platform = platform;
        finding.confidence = pool.others[other];
        day.facts.emplace_back(at, finding);
    }
}

void add_post(Day& day, const Pools& pools, Dice& dice, int person, Timestamp from, Duration within, int number)
{
    const auto& [platform, pool] = *std::next(pools.begin(), static_cast<std::ptrdiff_t>(dice.below(pools.size())));
    Post post{person, platform, from + dice.within(kBreak), dice.share() < kCellular, {}};
    const auto confidence = pool.posts[dice.below(pool.posts.size())];
    if (!post.cellular && confidence > 0) {
        Finding finding;
        finding.device = {phone(person), {}};
        finding.at = post.at;
        finding.platform = platform;
        finding.confidence = confidence;
        day.facts.emplace_back(post.at, finding);
    }
    const auto off =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>((dice.share() * 2 - 1) * kWorstClock));
    const auto inside = within.count() == 0 ? Duration{0} : dice.within(2 * within) - within;
    post.mention.source = "operator";
    post.mention.reference = std::to_string(number);
    post.mention.platform = platform;
    post.mention.at = post.at + inside + off;
    post.mention.within = within;
    day.posts.push_back(post);
}

Day roll_day(const Pools& pools, Dice& dice, Timestamp begin, Duration within)
{
    Day day;
    std::vector<std::pair<int, Timestamp>> breaks;
    for (int person = 0; person < kPeople; ++person) {
        for (int number = 0; number < kBreaks; ++number) {
            const auto from = begin + hours{number} + minutes{10} + dice.within(minutes{39});
            add_break(day, pools, dice, person, from, number);
            breaks.emplace_back(person, from);
        }
    }
    const auto posts = 1 + dice.below(10);
    for (std::size_t i = 0; i < posts; ++i) {
        const auto& [person, from] = breaks[dice.below(breaks.size())];
        add_post(day, pools, dice, person, from, within, static_cast<int>(i));
    }
    std::ranges::stable_sort(day.facts, {}, &std::pair<Timestamp, Observation>::first);
    return day;
}

struct Tally {
    std::size_t seen = 0;  // posts on Wi-Fi
    std::size_t unfound = 0;
    std::size_t first = 0;
    std::size_t named = 0;
    std::size_t wrong = 0;  // of all mentions
    std::size_t cellular = 0;
    std::size_t said_nobody = 0;  // of those: nobody named
    std::size_t exchanges = 0;
};

// "Nobody here" is said where nobody stands out and it is at least one to ten.
constexpr double kSaid = 0.1;

void count(const Post& post, const MentionAnswer& answer, const std::optional<StaffId>& named, Tally& tally)
{
    tally.exchanges += answer.exchanges;
    if (named && *named != staff(post.person)) ++tally.wrong;
    if (post.cellular) {
        ++tally.cellular;
        if (!named && answer.nobody >= kSaid) ++tally.said_nobody;
        if (named && *named == staff(post.person)) ++tally.wrong;  // the right one, by an exchange that was no post
        return;
    }
    ++tally.seen;
    if (!answer.candidates.empty() && answer.candidates.front().staff == staff(post.person)) ++tally.first;
    if (named && *named == staff(post.person)) ++tally.named;
}

void play(const Day& day, Timestamp begin, const DetectorModel& model, const PlatformCatalog& catalog,
          const Rules& rules, Tally& tally)
{
    Engine engine({}, catalog, model, [](const StaffId& id) { return Pseudonym{id.value}; });
    std::vector<EnrolledPerson> people;
    std::vector<DutyInterval> shifts;
    for (int person = 0; person < kPeople; ++person) {
        auto& enrolled = people.emplace_back();
        enrolled.staff = staff(person);
        enrolled.macs = {phone(person)};
        enrolled.notice = begin - hours{240};
        shifts.push_back({staff(person), begin, begin + hours{8}, DutyActivity::shift, ""});
    }
    engine.observe(Enrolment(std::move(people)));
    engine.observe(Roster(std::move(shifts)));
    engine.observe(rules);
    auto next = begin;
    for (const auto& [at, fact] : day.facts) {
        for (; next <= at; next += minutes{1}) engine.observe(Tick{next});
        engine.observe(fact);
    }
    for (const auto end = begin + hours{9}; next <= end; next += minutes{1}) engine.observe(Tick{next});
    for (const auto& post : day.posts) {
        std::optional<MentionAnswer> answer;
        std::optional<StaffId> named;
        for (const auto& effect : engine.observe(post.mention)) {
            if (const auto* told = std::get_if<RecordMention>(&effect)) answer = told->answer;
            if (const auto* incident = std::get_if<RecordIncident>(&effect)) named = incident->staff;
        }
        if (answer)
            count(post, *answer, answer->stands_out ? std::optional(answer->candidates.front().staff) : named, tally);
    }
}

double percent(std::size_t part, std::size_t whole)
{
    return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

void print(const char* label, const Tally& tally)
{
    const auto all = tally.seen + tally.cellular;
    std::printf("%-12s %6zu %7.1f %10.1f %10.1f %10.1f %14.1f\n", label, all,
                all == 0 ? 0 : static_cast<double>(tally.exchanges) / static_cast<double>(all),
                percent(tally.first, tally.seen), percent(tally.named, tally.seen), percent(tally.wrong, all),
                percent(tally.said_nobody, tally.cellular));
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 4) return std::fprintf(stderr, "usage: bench_mentions LAB DAYS SEED [LAB...]\n"), 2;
    const auto pools = read_pools(argv[1], {argv + 4, argv + argc});
    if (!pools) return std::fprintf(stderr, "bench_mentions: %s\n", pools.error().c_str()), 1;
    const auto catalog = load_platforms({});
    const auto model = load_detector_model({});
    const auto rules = load_rules({}, model->alert_threshold, {});
    if (!catalog || !model || !rules) return std::fprintf(stderr, "bench_mentions: the shipped tables\n"), 1;
    Rules of_mentions;
    for (const auto& rule : rules->rules) {
        if (rule.kind == Rule::Kind::mention_after_call) of_mentions.push_back(rule);
    }
    const int days = std::atoi(argv[2]);
    Dice dice(std::strtoull(argv[3], nullptr, 10));
    const auto begin = *parse_rfc3339("2026-11-23T09:00:00Z");
    for (const auto& [platform, pool] : *pools)
        std::printf("%s: %zu posts, %zu look-alikes among %zu other actions\n", platform.c_str(), pool.posts.size(),
                    pool.others.size(), pool.other_actions);
    std::printf("%-12s %6s %7s %10s %10s %10s %14s\n", "precision", "seen", "among", "first %", "named %", "wrong %",
                "cell: nobody %");
    for (const auto within : {seconds{0}, seconds{60}, seconds{300}}) {
        Tally tally;
        for (int day = 0; day < days; ++day)
            play(roll_day(*pools, dice, begin, within), begin, *model, *catalog, of_mentions, tally);
        print((std::to_string(within.count()) + " s").c_str(), tally);
    }
    return 0;
}
