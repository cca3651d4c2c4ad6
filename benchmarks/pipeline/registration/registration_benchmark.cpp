// SPDX-License-Identifier: MIT
// Match and registration of one frame. The answer is checked before the clock starts.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "pipeline/stages/registration/select.h"

namespace nightstack {
namespace {

constexpr double width_px = 3840;
constexpr double height_px = 2160;

double uniform(std::mt19937& rng, double a, double b) {
    return a + (b - a) * (static_cast<double>(rng()) / 4294967296.0);
}

Star random_star(std::mt19937& rng) {
    Star s;
    s.x = uniform(rng, 0, width_px);
    s.y = uniform(rng, 0, height_px);
    s.flux = 300 * std::pow(uniform(rng, 1e-4, 1), -0.9);
    s.fwhm_px = 3;
    s.snr = 30;
    return s;
}

struct Night {
    StarList ref;
    StarList frame;
    Transform ref_from_frame;
};

// `count` stars in both lists, `common` of them the same, turned by one radian.
Night make_night(int count, int common) {
    std::mt19937 rng(static_cast<unsigned>(count));
    Night n;
    n.ref_from_frame = Transform::shift(width_px / 2 + 40, height_px / 2 - 25) * Transform::similarity(1, 1.0, 0, 0) *
                       Transform::shift(-width_px / 2, -height_px / 2);
    while (static_cast<int>(n.ref.size()) < common) {
        Star f = random_star(rng);
        const Point p = n.ref_from_frame({f.x, f.y});
        if (p.x < 0 || p.x > width_px || p.y < 0 || p.y > height_px) continue;
        Star r = f;
        r.x = p.x + uniform(rng, -0.1, 0.1);
        r.y = p.y + uniform(rng, -0.1, 0.1);
        n.ref.push_back(r);
        n.frame.push_back(f);
    }
    while (static_cast<int>(n.ref.size()) < count) n.ref.push_back(random_star(rng));
    while (static_cast<int>(n.frame.size()) < count) n.frame.push_back(random_star(rng));
    const auto brighter = [](const Star& a, const Star& b) { return a.flux > b.flux; };
    std::sort(n.ref.begin(), n.ref.end(), brighter);
    std::sort(n.frame.begin(), n.frame.end(), brighter);
    return n;
}

bool is_right(const Transform& found, const Transform& truth) {
    for (const Point p : {Point{0, 0}, Point{width_px, 0}, Point{0, height_px}, Point{width_px, height_px}}) {
        const Point a = found(p);
        const Point b = truth(p);
        if (std::hypot(a.x - b.x, a.y - b.y) > 1) return false;
    }
    return true;
}

void match_blind(benchmark::State& state) {
    const Night n = make_night(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
    const auto m = match_stars(n.ref, n.frame);
    if (!m || !is_right(m->ref_from_frame, n.ref_from_frame)) {
        state.SkipWithError("wrong answer");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(match_stars(n.ref, n.frame));
    state.counters["pairs"] = static_cast<double>(m->pairs.size());
    state.counters["proof"] = m->proof;
}

void match_prior(benchmark::State& state) {
    const Night n = make_night(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
    MatchOptions o;
    o.prior = Transform::shift(3, -2) * n.ref_from_frame;
    const auto m = match_stars(n.ref, n.frame, o);
    if (!m || !m->from_prior || !is_right(m->ref_from_frame, n.ref_from_frame)) {
        state.SkipWithError("wrong answer");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(match_stars(n.ref, n.frame, o));
}

void match_refused(benchmark::State& state) {
    const Night a = make_night(static_cast<int>(state.range(0)), 0);
    const Night b = make_night(static_cast<int>(state.range(0)) + 1, 0);
    if (match_stars(a.ref, b.frame)) {
        state.SkipWithError("a match of unrelated fields");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(match_stars(a.ref, b.frame));
}

void register_one(benchmark::State& state) {
    const Night n = make_night(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
    const Registration r = register_frame(n.ref, n.frame);
    if (!r.ok() || !is_right(r.ref_from_frame, n.ref_from_frame)) {
        state.SkipWithError("wrong answer");
        return;
    }
    for (auto _ : state) benchmark::DoNotOptimize(register_frame(n.ref, n.frame));
}

BENCHMARK(match_blind)
    ->Name("registration/match_blind")
    ->ArgNames({"stars", "common"})
    ->Args({60, 40})
    ->Args({70, 10})
    ->Args({300, 200})
    ->Args({300, 60})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(match_prior)
    ->Name("registration/match_prior")
    ->ArgNames({"stars", "common"})
    ->Args({300, 200})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(match_refused)
    ->Name("registration/match_refused")
    ->ArgNames({"stars"})
    ->Args({60})
    ->Args({300})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(register_one)
    ->Name("registration/register_frame")
    ->ArgNames({"stars", "common"})
    ->Args({60, 40})
    ->Args({300, 200})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nightstack

BENCHMARK_MAIN();
