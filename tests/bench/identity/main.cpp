// How often is the wrong person named? bench_identity [HISTORIES] [FIRST_SEED] [--show]
// Ends with 1 when anybody is named wrongly, or fewer than 97 % of what can be known are named rightly, live or
// replayed.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "stage.hpp"

namespace {

using breakwatch::bench::History;
using breakwatch::bench::Post;
using breakwatch::bench::Verdict;
using breakwatch::bench::Way;

struct Row {
    int posts = 0;
    int right = 0;
    int ambiguous = 0;  // nobody was named, and it was told between whom
    int told = 0;       // nobody was named, and it was told why
    int silent = 0;     // nobody was named, nothing told: no device of the enrolled, so nothing is kept
    int wrong = 0;
    int unrefuted = 0;  // named wrongly, where nothing in view says otherwise
    int knowable = 0;
    int known = 0;
};

bool is_wrong(const Post& post, const Verdict& verdict)
{
    return !verdict.named.empty() && verdict.named != post.truth;
}

void add(Row& row, const Post& post, const Verdict& verdict)
{
    ++row.posts;
    const bool right = !verdict.named.empty() && verdict.named == post.truth;
    row.right += right;
    row.wrong += is_wrong(post, verdict) && !post.blind;
    row.unrefuted += is_wrong(post, verdict) && post.blind;
    if (verdict.named.empty()) ++(verdict.ambiguous ? row.ambiguous : verdict.why.empty() ? row.silent : row.told);
    row.knowable += post.knowable;
    row.known += post.knowable && right;
}

void print(const char* what, const Row& row)
{
    std::printf("%-50s %7d %7d %10d %9d %7d %6d %9d %9d %7d\n", what, row.posts, row.right, row.ambiguous, row.told,
                row.silent, row.wrong, row.unrefuted, row.knowable, row.known);
}

void show(std::uint64_t seed, const Post& post, const Verdict& verdict)
{
    if (!is_wrong(post, verdict) && (!post.knowable || verdict.named == post.truth)) return;
    std::printf("%sseed %llu at %s: %s, truth '%s', named '%s' %s\n", post.blind ? "blind " : "",
                static_cast<unsigned long long>(seed), breakwatch::to_rfc3339(post.at).c_str(), post.how.c_str(),
                post.truth.c_str(), verdict.named.c_str(), verdict.why.c_str());
}

bool run(Way way, int histories, std::uint64_t first, bool show_all)
{
    std::map<std::string, Row> rows;
    Row all;
    for (int i = 0; i < histories; ++i) {
        const auto seed = first + static_cast<std::uint64_t>(i);
        const auto history = breakwatch::bench::roll(seed);
        const auto verdicts = breakwatch::bench::perform(history, way);
        for (std::size_t p = 0; p < verdicts.size(); ++p) {
            add(rows[history.posts[p].how], history.posts[p], verdicts[p]);
            add(all, history.posts[p], verdicts[p]);
            if (show_all) show(seed, history.posts[p], verdicts[p]);
        }
    }
    std::printf("%-50s %7s %7s %10s %9s %7s %6s %9s %9s %7s\n", way == Way::live ? "live" : "replay", "posts", "right",
                "ambiguous", "why told", "silent", "WRONG", "unrefuted", "knowable", "known");
    for (const auto& [what, row] : rows) print(what.c_str(), row);
    print("all", all);
    const double share = all.knowable == 0 ? 0 : 100.0 * all.known / all.knowable;
    std::printf("%d histories from seed %llu: %d named wrongly; of what can be known %.2f %% named rightly\n\n",
                histories, static_cast<unsigned long long>(first), all.wrong, share);
    std::fflush(stdout);
    return all.wrong == 0 && share >= 97.0;
}

}  // namespace

int main(int argc, char** argv)
{
    const int histories = argc > 1 ? std::atoi(argv[1]) : 2'000;
    const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    const bool show_all = argc > 3 && std::strcmp(argv[3], "--show") == 0;
    const bool live = run(Way::live, histories, first, show_all);
    const bool replayed = run(Way::replay, histories, first, show_all);
    return live && replayed ? 0 : 1;
}
