// SPDX-License-Identifier: MIT
// find_stars on one core against SEP's background + subtract + extract on the same frame, and the
// parts of it. The answers are checked against the rendered truth before anything is timed.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "benchmarks/pipeline/stars/star_frame.h"
#include "benchmarks/support/copy_rows.h"
#include "pipeline/stages/stars/detect.h"
#include "pipeline/stages/stars/luminance.h"
#include "pipeline/stages/stars/statistics.h"
extern "C" {
#include <sep.h>  // knows nothing of C++
}

namespace {

using namespace nightstack;

int known(const StarList& found, double least_flux) {
    int n = 0;
    for (const Truth& t : frame().stars) {
        if (t.flux < least_flux) continue;
        n += std::any_of(found.begin(), found.end(),
                         [&](const Star& s) { return std::hypot(s.x - t.x, s.y - t.y) < 1; });
    }
    return n;
}

int invented(const StarList& found) {
    int n = 0;
    for (const Star& s : found) {
        n += std::none_of(frame().stars.begin(), frame().stars.end(),
                          [&](const Truth& t) { return std::hypot(s.x - t.x, s.y - t.y) < 2; });
    }
    return n;
}

bool answer_is_right() {
    SerialRunner runner;
    StarList found;
    DetectOptions options;
    options.max_stars = 2000;
    const StarReport report = find_stars(found, frame().plane.view(), options, runner);
    const int bright = static_cast<int>(
        std::count_if(frame().stars.begin(), frame().stars.end(), [](const Truth& t) { return t.flux >= 3000; }));
    const int seen = known(found, 3000);
    std::printf("truth: %d stars above 3000 e-, found %d of them; list %zu, invented %d, FWHM %.2f px, noise %.1f\n",
                bright, seen, found.size(), invented(found), report.fwhm_px, report.noise);
    return seen >= bright * 97 / 100 && invented(found) <= 8 && std::abs(report.fwhm_px - 3.2) < 0.15;
}

void find_stars_frame(benchmark::State& state) {
    SerialRunner runner;
    DetectScratch scratch;
    StarList found;
    const ImageView<const float> plane = frame().plane.view();
    for (auto _ : state) {
        find_stars(found, plane, {}, runner, scratch);
        benchmark::DoNotOptimize(found.data());
    }
    state.counters["stars"] = static_cast<double>(found.size());
}

// A copy for SEP, which subtracts the background in place.
void fill(std::vector<float>& pixels) {
    pixels.resize(static_cast<std::size_t>(kWidth) * kHeight);
    for (int y = 0; y < kHeight; ++y) {
        std::memcpy(&pixels[static_cast<std::size_t>(y) * kWidth], frame().plane.view().row_data(y),
                    kWidth * sizeof(float));
    }
}

StarList run_sep(std::vector<float>& pixels) {
    sep_image image = {};
    image.data = pixels.data();
    image.dtype = SEP_TFLOAT;
    image.w = kWidth;
    image.h = kHeight;
    sep_bkg* background = nullptr;
    sep_background(&image, 64, 64, 3, 3, 0, &background);
    sep_bkg_subarray(background, pixels.data(), SEP_TFLOAT);
    float kernel[9] = {1, 2, 1, 2, 4, 2, 1, 2, 1};
    sep_catalog* catalog = nullptr;
    const float threshold = 1.5F * sep_bkg_globalrms(background);
    sep_extract(&image, threshold, SEP_THRESH_ABS, 5, kernel, 3, 3, SEP_FILTER_CONV, 32, 0.005, 1, 1.0, &catalog);
    StarList found;
    for (int i = 0; catalog != nullptr && i < catalog->nobj; ++i) {
        found.emplace_back();
        found.back().x = catalog->x[i];
        found.back().y = catalog->y[i];
    }
    sep_catalog_free(catalog);
    sep_bkg_free(background);
    return found;
}

void sep_frame(benchmark::State& state) {
    sep_set_extract_pixstack(1000000);
    std::vector<float> pixels;
    fill(pixels);
    StarList found = run_sep(pixels);
    if (known(found, 3000) < 100) {
        state.SkipWithError("SEP missed the bright stars");
        return;
    }
    for (auto _ : state) {
        state.PauseTiming();
        fill(pixels);
        state.ResumeTiming();
        found = run_sep(pixels);
    }
    state.counters["objects"] = static_cast<double>(found.size());
}

void luminance_frame(benchmark::State& state) {
    SerialRunner runner;
    Image<float> out(kWidth, kHeight);
    for (auto _ : state) luminance(out.view(), frame().plane.view(), runner);
}

void mesh_frame(benchmark::State& state) {
    SerialRunner runner;
    BackgroundMesh mesh;
    for (auto _ : state) measure_background(mesh, frame().plane.view(), 64, runner);
}

void plane_sky_frame(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(plane_sky(frame().plane.view(), CfaPattern::gbrg));
}

BENCHMARK(find_stars_frame)->Name("stars/find/3840x2160")->Unit(benchmark::kMillisecond);
BENCHMARK(sep_frame)->Name("stars/sep/3840x2160")->Unit(benchmark::kMillisecond);
BENCHMARK(luminance_frame)->Name("stars/luminance/3840x2160")->Unit(benchmark::kMillisecond);
BENCHMARK(mesh_frame)->Name("stars/mesh/3840x2160")->Unit(benchmark::kMillisecond);
BENCHMARK(plane_sky_frame)->Name("stars/plane_sky/3840x2160")->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
    if (!answer_is_right()) {
        std::puts("the answer is wrong, nothing was timed");
        return 1;
    }
    benchmark::Initialize(&argc, argv);
    register_copy_f32();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
