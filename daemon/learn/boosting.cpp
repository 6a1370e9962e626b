#include "learn/boosting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "learn/lottery.hpp"

namespace breakwatch {
namespace {

constexpr std::size_t kBins = 48;

// Quantile bins of one feature: value below edges[i] falls in bin i or lower.
struct Binning {
    std::vector<double> edges;

    explicit Binning(std::vector<double> values)
    {
        std::ranges::sort(values);
        for (std::size_t i = 1; i < kBins; ++i) {
            const auto at = i * values.size() / kBins;
            if (at == 0 || values[at] == values[at - 1]) continue;
            const auto edge = (values[at] + values[at - 1]) / 2;
            if (edges.empty() || edge > edges.back()) edges.push_back(edge);
        }
        // A value that fills several quantiles still deserves a border on each side.
        for (std::size_t i = 1; i < values.size() && edges.size() < 2 * kBins; ++i) {
            if (values[i] == values[i - 1] || !is_mass(values, i)) continue;
            edges.push_back((values[i] + values[i - 1]) / 2);
        }
        std::ranges::sort(edges);
        const auto repeated = std::ranges::unique(edges);
        edges.erase(repeated.begin(), repeated.end());
    }

    static bool is_mass(const std::vector<double>& values, std::size_t i)
    {
        const auto run = values.size() / kBins;
        return (i >= run && values[i - run] == values[i - 1]) ||
               (i + run < values.size() && values[i + run] == values[i]);
    }
    std::size_t bin(double value) const
    {
        return static_cast<std::size_t>(std::ranges::upper_bound(edges, value) - edges.begin());
    }
};

struct Sums {
    double gradient = 0;
    double hessian = 0;

    void add(const Sums& other)
    {
        gradient += other.gradient;
        hessian += other.hessian;
    }
};

// Right: a bin above `edge`, which is a value at or above that edge of the column's binning.
struct Split {
    std::size_t column = 0;
    std::size_t edge = 0;
    double gain = 0;
};

// The same tree by columns and bins: a row's bytes, column by column, instead of its values.
struct BinnedTree {
    std::array<Split, BoostedTree::kSplits> split{};
    BoostedTree tree;
};

// The rows of one tree, each with its gradient beside it, since they are read again for each column. A node's are a
// stretch of them; its children's are the two parts of that stretch, in their order.
struct Rows {
    std::vector<std::uint32_t> index;
    std::vector<Sums> gradients;

    void clear()
    {
        index.clear();
        gradients.clear();
    }
    void add(std::uint32_t row, const Sums& gradient)
    {
        index.push_back(row);
        gradients.push_back(gradient);
    }
};

struct Node {
    std::size_t number = 0;
    std::size_t begin = 0;  // of its rows
    std::size_t end = 0;
    Sums sums;
};

class Booster {
  public:
    Booster(const std::vector<Example>& examples, const BoostingOptions& options);
    DetectorModel run();

  private:
    void renew_gradients();
    BinnedTree grow();
    void grow_node(BinnedTree& grown, const Node& node);
    std::array<Node, 2> part(const Node& node, const Split& split);
    std::optional<Split> best_split(const Node& node) const;
    void try_splits(std::size_t column, const Node& node, Split& best) const;
    void add_to_scores(const BinnedTree& grown);
    bool is_right(const Split& split, std::size_t row) const { return bins_[split.column][row] > split.edge; }
    double value(const Sums& sums) const { return -sums.gradient / (sums.hessian + options_.penalty); }
    double merit(const Sums& sums) const { return sums.gradient * sums.gradient / (sums.hessian + options_.penalty); }

    const std::vector<Example>& examples_;
    const BoostingOptions& options_;
    std::vector<Binning> binnings_;                // one per allowed feature
    std::vector<std::vector<std::uint8_t>> bins_;  // column by column
    std::vector<double> scores_;
    std::vector<Sums> gradients_;
    std::vector<std::size_t> columns_;  // allowed in the current tree
    Rows rows_;                         // of the current tree
    Rows right_;                        // while a node is parted
    Lottery lottery_;
};

Booster::Booster(const std::vector<Example>& examples, const BoostingOptions& options)
    : examples_(examples), options_(options), gradients_(examples.size()), lottery_(options.seed)
{
    for (const auto feature : options.features) {
        std::vector<double> values;
        values.reserve(examples.size());
        for (const auto& example : examples) values.push_back(at(example.features, feature));
        const auto& binning = binnings_.emplace_back(values);
        auto& column = bins_.emplace_back();
        column.reserve(values.size());
        for (const auto v : values) column.push_back(static_cast<std::uint8_t>(binning.bin(v)));
    }
}

DetectorModel Booster::run()
{
    DetectorModel model;
    double posts = 0;
    double all = 0;
    for (const auto& example : examples_) {
        all += example.weight;
        if (example.post) posts += example.weight;
    }
    if (!options_.adds_to_model) model.base_score = std::log((posts + 1) / (all - posts + 1));
    for (const auto& example : examples_) scores_.push_back(model.base_score + example.start);
    for (std::size_t i = 0; i < options_.trees; ++i) {
        renew_gradients();
        const auto grown = grow();
        add_to_scores(grown);
        model.trees.push_back(grown.tree);
    }
    return model;
}

void Booster::renew_gradients()
{
    for (std::size_t row = 0; row < examples_.size(); ++row) {
        const auto probability = 1 / (1 + std::exp(-scores_[row]));
        const auto weight = examples_[row].weight;
        gradients_[row] = {weight * (probability - (examples_[row].post ? 1 : 0)),
                           weight * std::max(probability * (1 - probability), 1e-6)};
    }
}

void Booster::add_to_scores(const BinnedTree& grown)
{
    for (std::size_t row = 0; row < scores_.size(); ++row) {
        std::size_t node = 0;
        while (node < BoostedTree::kSplits) {
            const auto right = static_cast<std::size_t>(is_right(grown.split[node], row));
            node = 2 * node + 1 + right;
        }
        scores_[row] += grown.tree.value[node];
    }
}

BinnedTree Booster::grow()
{
    columns_.clear();
    for (std::size_t column = 0; column < bins_.size(); ++column) {
        if (lottery_.share() < options_.feature_share) columns_.push_back(column);
    }
    if (columns_.empty()) columns_.push_back(lottery_.below(bins_.size()));
    rows_.clear();
    Sums sums;
    for (std::uint32_t row = 0; row < examples_.size(); ++row) {
        if (lottery_.share() >= options_.row_share) continue;
        rows_.add(row, gradients_[row]);
        sums.add(gradients_[row]);
    }
    BinnedTree grown;
    grow_node(grown, {0, 0, rows_.index.size(), sums});
    for (auto& node : grown.tree.value) node *= options_.rate;
    return grown;
}

// Where nothing is worth splitting, both children repeat the node: the tree stays complete.
void Booster::grow_node(BinnedTree& grown, const Node& node)
{
    auto& tree = grown.tree;
    const auto at = node.number;
    tree.value[at] = value(node.sums);
    if (at >= BoostedTree::kSplits) return;
    const auto split = best_split(node);
    if (!split) {
        tree.feature[at] = options_.features.front();
        tree.value[2 * at + 1] = tree.value[2 * at + 2] = tree.value[at];
        for (const auto child : {2 * at + 1, 2 * at + 2}) grow_node(grown, {child, node.begin, node.end, node.sums});
        return;
    }
    grown.split[at] = *split;
    tree.feature[at] = options_.features[split->column];
    tree.threshold[at] = binnings_[split->column].edges[split->edge];
    for (const auto& child : part(node, *split)) grow_node(grown, child);
}

// Left of the split first; within each side the order stays, and with it every sum to the last bit.
std::array<Node, 2> Booster::part(const Node& node, const Split& split)
{
    std::array<Sums, 2> sums;
    right_.clear();
    auto middle = node.begin;
    for (auto i = node.begin; i < node.end; ++i) {
        const auto row = rows_.index[i];
        const auto gradient = rows_.gradients[i];
        if (is_right(split, row)) {
            right_.add(row, gradient);
            sums[1].add(gradient);
            continue;
        }
        rows_.index[middle] = row;
        rows_.gradients[middle++] = gradient;
        sums[0].add(gradient);
    }
    std::ranges::copy(right_.index, rows_.index.begin() + static_cast<std::ptrdiff_t>(middle));
    std::ranges::copy(right_.gradients, rows_.gradients.begin() + static_cast<std::ptrdiff_t>(middle));
    const auto left = 2 * node.number + 1;
    return {Node{left, node.begin, middle, sums[0]}, Node{left + 1, middle, node.end, sums[1]}};
}

std::optional<Split> Booster::best_split(const Node& node) const
{
    Split best;
    for (const auto column : columns_) try_splits(column, node, best);
    if (best.gain <= 1e-9) return std::nullopt;
    return best;
}

void Booster::try_splits(std::size_t column, const Node& node, Split& best) const
{
    std::array<Sums, 256> histogram{};
    const auto& bins = bins_[column];
    for (auto i = node.begin; i < node.end; ++i) histogram[bins[rows_.index[i]]].add(rows_.gradients[i]);
    const auto& total = node.sums;
    Sums left;
    for (std::size_t i = 0; i < binnings_[column].edges.size(); ++i) {
        left.add(histogram[i]);
        const Sums right{total.gradient - left.gradient, total.hessian - left.hessian};
        if (left.hessian < options_.least_weight || right.hessian < options_.least_weight) continue;
        const auto gain = merit(left) + merit(right) - merit(total);
        if (gain > best.gain) best = {column, i, gain};
    }
}

}  // namespace

DetectorModel boost(const std::vector<Example>& examples, const BoostingOptions& options)
{
    return Booster(examples, options).run();
}

}  // namespace breakwatch
