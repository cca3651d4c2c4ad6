// SPDX-License-Identifier: MIT
// A film of 1920x1080 JPEGs: decoded, laid on each other, stacked with rejection in groups of 25, beside OpenCV's
// imdecode, warpAffine and accumulate, which are told where the pictures lie and reject nothing:
//     video/<who>/<scene>/<threads>/1920x1080    a row is 200 pictures, items_per_second are frames/s
// By night ours finds the places by following stars, by day by what the pictures show (video_scene.h). The rows
// `day_given` are told them, as OpenCV always is: what is left without finding them. The answer is checked first.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/pipeline/video/bench_film.h"
#include "benchmarks/pipeline/video/opencv_video.h"
#include "pipeline/graph/tbb_runner.h"
#include "pipeline/graph/video_run.h"
#include "pipeline/graph/video_scene.h"

namespace nightstack {
namespace {

constexpr int kFilmFrames = 40, kRowFrames = 200;  // eight groups, twenty-five batches
constexpr std::array<int, 2> kThreads{1, 2};

// Plays a film for ever.
NextPicture looped(const BenchFilm& film) {
    const auto at = std::make_shared<std::size_t>(0);
    return [&film, at](std::vector<std::byte>& jpeg) {
        const auto bytes = std::as_bytes(std::span(film.jpegs[(*at)++ % film.jpegs.size()]));
        jpeg.assign(bytes.begin(), bytes.end());
        return true;
    };
}

// Where a picture lies, told from its number: the place of the scene aligner, for nothing.
struct GivenPlaces {
    const BenchFilm* film;
    SceneMatcher operator()(ImageView<const float> /*reference*/) const {
        return [film = film](ImageView<const float>, const Transform& prior) {
            // The prior is that of the batch before; any place near it costs the same.
            const double x = std::fmod(std::abs(prior.row_major()[2]) + 8, 20);
            return SceneMatched{film->ref_from_frame[static_cast<std::size_t>(x)], 0};
        };
    }
};

enum class Places { by_stars, by_scene, given };

VideoOptions options_for(const BenchFilm& film, Places places) {
    VideoOptions o;
    o.group = 25;
    o.align.stars = places == Places::by_stars;
    if (places == Places::by_scene) o.align.scene = scene_matchers();
    if (places == Places::given) o.align.scene = GivenPlaces{&film};
    return o;
}

void ours(benchmark::State& state, const BenchFilm& film, Places places, int threads) {
    TbbRunner runner(threads);
    VideoRun run(options_for(film, places), runner);
    const NextPicture next = looped(film);
    const auto play = [&](std::size_t frames) {
        for (std::size_t i = 0; i < frames; i += 8) run.step(next);
    };
    play(kRowFrames);  // memory is there from now on
    for (auto _ : state) play(kRowFrames);
    state.SetItemsProcessed(state.iterations() * kRowFrames);
    if (!run.counts().hold() || run.counts().rejected + run.counts().failed > 0) std::abort();
}

void opencv(benchmark::State& state, const BenchFilm& film, int threads) {
    std::vector<OpencvVideo> loops;
    for (int i = 0; i < threads; ++i) loops.emplace_back(kFilmWidth, kFilmHeight);
    const auto play = [&](int thread) {
        for (int i = thread; i < kRowFrames; i += threads) {
            const auto at = static_cast<std::size_t>(i % kFilmFrames);
            loops[static_cast<std::size_t>(thread)].add(film.jpegs[at], film.ref_from_frame[at].inverse());
        }
    };
    for (auto _ : state) {  // each thread its own pictures and its own sum
        std::vector<std::jthread> others;
        for (int i = 1; i < threads; ++i) others.emplace_back(play, i);
        play(0);
    }
    state.SetItemsProcessed(state.iterations() * kRowFrames);
}

[[noreturn]] void wrong(const std::string& what) {
    std::cerr << "video: " << what << "; nothing timed\n";
    std::exit(1);
}

void check_places(const BenchFilm& film, const VideoVerdict& v) {
    if (v.reason != VideoReason::none) wrong("picture " + std::to_string(v.frame) + " is not stacked: " + v.text);
    const Transform& truth = film.ref_from_frame[v.frame];
    for (const Point corner : {Point{0, 0}, Point{kFilmWidth, kFilmHeight}}) {
        const Point a = truth(corner), b = (*v.ref_from_frame)(corner);
        if (std::hypot(a.x - b.x, a.y - b.y) > 0.15) wrong("picture " + std::to_string(v.frame) + " is misplaced");
    }
}

// The stack lies where it was drawn and is OpenCV's mean, but for how far that one rounds.
void check(const BenchFilm& film, Places places) {
    SerialRunner serial;
    VideoOptions o = options_for(film, places);
    o.group = 10;
    VideoRun run(o, serial);
    run.tell([&](const VideoVerdict& v) { check_places(film, v); });
    std::size_t at = 0;
    while (run.step([&](std::vector<std::byte>& jpeg) {
        if (at == film.jpegs.size()) return false;
        const auto bytes = std::as_bytes(std::span(film.jpegs[at++]));
        jpeg.assign(bytes.begin(), bytes.end());
        return true;
    })) {
    }
    if (run.counts().stacked != film.jpegs.size()) wrong("not all pictures are stacked");
    if (!OpencvVideo::there()) return;
    OpencvVideo peer(kFilmWidth, kFilmHeight);
    for (std::size_t i = 0; i < film.jpegs.size(); ++i) peer.add(film.jpegs[i], film.ref_from_frame[i].inverse());
    const Rect inner{100, 100, kFilmWidth - 200, kFilmHeight - 200};
    const LivePicture shown = run.stack()->snapshot(inner, serial);
    double square = 0;
    for (int y = 0; y < inner.height; ++y) {
        for (int x = 0; x < inner.width; ++x) {
            const double d = shown.planes[0].value.view()(x, y) - peer.luma(inner.x + x, inner.y + y);
            square += d * d;
        }
    }
    const double rms = std::sqrt(square / (static_cast<double>(inner.width) * inner.height));
    if (rms > 0.7) wrong("our stack and OpenCV's mean differ by " + std::to_string(rms) + " levels rms");
}

template <class Run>
void add(const std::string& name, Run run) {
    benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMillisecond)->UseRealTime();
}

void add_ours(const BenchFilm& film, const std::string& row, Places places) {
    for (const int threads : kThreads)
        add("video/ours/" + row + "/" + std::to_string(threads) + "/1920x1080",
            [&film, places, threads](benchmark::State& s) { ours(s, film, places, threads); });
}

void add_opencv(const BenchFilm& film, const std::string& row) {
    if (!OpencvVideo::there()) return;
    for (const int threads : kThreads)
        add("video/opencv/" + row + "/" + std::to_string(threads) + "/1920x1080",
            [&film, threads](benchmark::State& s) { opencv(s, film, threads); });
}

}  // namespace
}  // namespace nightstack

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    const nightstack::BenchFilm night = nightstack::night_film(nightstack::kFilmFrames);
    const nightstack::BenchFilm day = nightstack::day_film(nightstack::kFilmFrames);
    nightstack::check(night, nightstack::Places::by_stars);
    nightstack::check(day, nightstack::Places::by_scene);
    nightstack::add_ours(night, "night", nightstack::Places::by_stars);
    nightstack::add_opencv(night, "night");
    nightstack::add_ours(day, "day", nightstack::Places::by_scene);
    nightstack::add_ours(day, "day_given", nightstack::Places::given);
    nightstack::add_opencv(day, "day");
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
