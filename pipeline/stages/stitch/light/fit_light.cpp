// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/light/fit_light.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "pipeline/core/disjoint_sets.h"
#include "pipeline/stages/stitch/light/light_solver.h"

namespace nightstack {
namespace {

// A lens does not brighten by much towards the corners, nor darken to nothing, and it falls smoothly.
bool plausible(const std::array<double, 3>& v) {
    double before = 1;
    for (int i = 1; i <= 20; ++i) {
        const double q = i / 20.0, f = 1 + q * (v[0] + q * (v[1] + q * v[2]));
        if (f < 0.2 || f > 1.05 || f > before + 0.02) return false;
        before = f;
    }
    return true;
}

// Whether it is told to one in twenty in the corners, and the samples agree better by it than chance would have it.
bool pays(const LightSolution& with, double cost_with, double cost_without, std::size_t samples, int terms) {
    if (!plausible(with.v)) return false;
    // The corner's falloff changes by as much with each of v1, v2 and v3.
    double variance = 0;
    for (const double c : with.covariance) variance += c;
    const double error = with.sigma * std::sqrt(std::max(0.0, variance)) / light_falloff(with.v, 1);
    if (!(error < 0.05)) return false;
    const double gain = cost_without - cost_with;
    return gain > 0.01 * cost_without && gain > 2.0 * terms * std::log(static_cast<double>(samples) + 1);
}

std::vector<int> components(const std::vector<LightTie>& links, int tiles) {
    DisjointSets sets(tiles);
    for (const LightTie& l : links) sets.join(l.a, l.b);
    std::vector<int> out;
    for (int i = 0; i < tiles; ++i) out.push_back(sets.root(i));
    return out;
}

void report_links(const std::vector<LightPair>& pairs, LightFit& fit) {
    std::vector<double> inliers(fit.links.size(), 0);
    for (const LightPair& p : pairs) {
        LinkLight& link = fit.links[static_cast<std::size_t>(p.link)];
        if (p.weight <= 0) continue;
        inliers[static_cast<std::size_t>(p.link)] += 1;
        for (std::size_t c = 0; c < 3; ++c) {
            link.before[c] += p.difference[c] * p.difference[c];
            link.after[c] += p.residual[c] * p.residual[c];
        }
    }
    for (std::size_t l = 0; l < fit.links.size(); ++l) {
        LinkLight& link = fit.links[l];
        link.outliers = link.taken > 0 ? 1 - inliers[l] / link.taken : 0;
        for (std::size_t c = 0; c < 3; ++c) {
            link.before[c] = std::sqrt(link.before[c] / std::max(1.0, inliers[l]));
            link.after[c] = std::sqrt(link.after[c] / std::max(1.0, inliers[l]));
        }
    }
}

}  // namespace

LightFit fit_light(std::span<const LightSample> samples, int tile_count, const LightOptions& options) {
    LightFit fit;
    fit.tiles.resize(static_cast<std::size_t>(tile_count));
    fit.determined.assign(static_cast<std::size_t>(tile_count), false);

    const auto usable = [&](const LightSample& s) {
        if (s.a == s.b || s.a < 0 || s.b < 0 || s.a >= tile_count || s.b >= tile_count) return false;
        for (std::size_t c = 0; c < 3; ++c) {
            if (!(s.value_a[c] > 0 && s.value_b[c] > 0 && std::isfinite(s.value_a[c]) && std::isfinite(s.value_b[c])))
                return false;
        }
        return s.q_a >= 0 && s.q_b >= 0 && s.q_a <= 4 && s.q_b <= 4;
    };
    std::map<std::pair<int, int>, int> counts;
    for (const LightSample& s : samples)
        if (usable(s)) ++counts[std::minmax(s.a, s.b)];
    std::vector<LightTie> links;
    std::map<std::pair<int, int>, int> index;
    for (const auto& [tiles, count] : counts) {
        if (count < options.least_samples) continue;
        index[tiles] = static_cast<int>(links.size());
        links.push_back({tiles.first, tiles.second, count});
        fit.links.push_back({tiles.first, tiles.second, count, 0, 0, {}, {}});
    }
    int all_samples = 0;
    for (const LightTie& l : links) all_samples += l.samples;
    const int thin = 1 + all_samples / std::max(1, options.most_samples);
    std::vector<LightPair> pairs;
    std::vector<int> met(links.size(), 0);
    for (const LightSample& s : samples) {
        if (!usable(s)) continue;
        const auto link = index.find(std::minmax(s.a, s.b));
        if (link == index.end()) continue;
        const auto at = static_cast<std::size_t>(link->second);
        if (met[at]++ % std::clamp(links[at].samples / 40, 1, thin) != 0) continue;
        ++fit.links[at].taken;
        LightPair p;
        p.a = s.a;
        p.b = s.b;
        p.link = link->second;
        p.q_a = s.q_a;
        p.q_b = s.q_b;
        for (std::size_t c = 0; c < 3; ++c)
            p.difference[c] = std::log(static_cast<double>(s.value_a[c]) / s.value_b[c]);
        pairs.push_back(p);
    }
    if (pairs.empty()) return fit;

    const std::size_t count = pairs.size();
    LightSolver all(std::move(pairs), links, tile_count, {options.gains, options.one_gain});
    // The last fit that is found leaves its weights and residuals.
    LightSolution best;
    bool bent = false;
    if (options.vignetting) {
        LightSolver flat = all;
        const LightSolution without = flat.solve(0);
        for (const int terms : {3, 1}) {
            best = all.solve(terms);
            bent = pays(best, all.cost(best.sigma), flat.cost(best.sigma), count, terms);
            if (bent) break;
        }
        if (!bent) {
            best = without;
            all = std::move(flat);
        }
    } else {
        best = all.solve(0);
    }
    fit.rounds = best.rounds;
    if (bent) fit.vignetting = {best.v[0], best.v[1], best.v[2]};
    report_links(all.pairs(), fit);

    // A tile is told by what agrees with others.
    std::vector<double> told(static_cast<std::size_t>(tile_count), 0);
    for (const LightPair& p : all.pairs()) {
        told[static_cast<std::size_t>(p.a)] += p.weight;
        told[static_cast<std::size_t>(p.b)] += p.weight;
    }
    const std::vector<int> component = components(links, tile_count);
    std::map<int, std::pair<std::array<double, 3>, double>> means;
    const double most = std::log(options.most_gain);
    for (int i = 0; i < tile_count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const auto& gain = best.gain[at];
        const bool sane = std::all_of(gain.begin(), gain.end(), [&](double g) { return std::abs(g) < most; });
        fit.determined[at] = options.gains && told[at] >= 0.5 * options.least_samples && sane;
        if (!fit.determined[at]) continue;
        auto& [sum, n] = means[component[at]];
        for (std::size_t c = 0; c < 3; ++c) sum[c] += gain[c];
        n += 1;
    }
    for (int i = 0; i < tile_count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (!fit.determined[at]) continue;
        const auto& [sum, n] = means.at(component[at]);
        for (std::size_t c = 0; c < 3; ++c)
            fit.tiles[at].gain[c] = static_cast<float>(std::exp(best.gain[at][c] - sum[c] / n));
    }
    return fit;
}

}  // namespace nightstack
