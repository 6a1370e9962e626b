// How often is the wrong person named? bench_identity [HISTORIES] [FIRST_SEED] [--show]
// Ends with 1 when anybody is named wrongly, or fewer than 97 % of what can be known are named rightly.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "stage.hpp"

namespace {

struct Row {
    int posts = 0;
    int right = 0;
    int wrong = 0;
    int nobody = 0;    // nobody was named
    int with_why = 0;  // of those, with a notice that says why
    int knowable = 0;
    int known = 0;
};

void add(Row& row, const breakwatch::bench::Post& post, const breakwatch::bench::Verdict& verdict)
{
    ++row.posts;
    row.right += !verdict.named.empty() && verdict.named == post.truth;
    row.wrong += !verdict.named.empty() && verdict.named != post.truth;
    row.nobody += verdict.named.empty();
    row.with_why += verdict.named.empty() && !verdict.why.empty();
    row.knowable += post.knowable;
    row.known += post.knowable && verdict.named == post.truth;
}

void print(const char* what, const Row& row)
{
    std::printf("%-44s %7d %7d %7d %7d %8d %8d %8d\n", what, row.posts, row.right, row.wrong, row.nobody, row.with_why, row.knowable, row.known);
}

}  // namespace

int main(int argc, char** argv)
{
    const int histories = argc > 1 ? std::atoi(argv[1]) : 2'000;
    const std::uint64_t first = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    const bool show = argc > 3 && std::strcmp(argv[3], "--show") == 0;
    std::map<std::string, Row> rows;
    Row all;
    for (int i = 0; i < histories; ++i) {
        const auto seed = first + static_cast<std::uint64_t>(i);
        const auto history = breakwatch::bench::roll(seed);
        const auto verdicts = breakwatch::bench::perform(history);
        for (std::size_t p = 0; p < verdicts.size(); ++p) {
            const auto& post = history.posts[p];
            const auto& verdict = verdicts[p];
            add(rows[post.how], post, verdict);
            add(all, post, verdict);
            const bool bad = (!verdict.named.empty() && verdict.named != post.truth) || (post.knowable && verdict.named != post.truth);
            if (show && bad)
                std::printf("seed %llu at %s: %s, truth '%s', named '%s' %s\n", static_cast<unsigned long long>(seed),
                            breakwatch::to_rfc3339(post.at).c_str(), post.how.c_str(), post.truth.c_str(), verdict.named.c_str(), verdict.why.c_str());
        }
    }
    std::printf("%-44s %7s %7s %7s %7s %8s %8s %8s\n", "posts in histories", "posts", "right", "wrong", "nobody", "with why", "knowable", "known");
    for (const auto& [what, row] : rows) print(what.c_str(), row);
    print("all", all);
    const double share = all.knowable == 0 ? 0 : 100.0 * all.known / all.knowable;
    std::printf("%d histories from seed %llu: %d named wrongly; of what can be known %.2f %% named rightly\n", histories,
                static_cast<unsigned long long>(first), all.wrong, share);
    return all.wrong == 0 && share >= 97.0 ? 0 : 1;
}
