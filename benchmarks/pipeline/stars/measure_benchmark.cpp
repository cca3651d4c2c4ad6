// SPDX-License-Identifier: MIT
// A light measured as a run does it first: read from a FITS file in the page cache, calibrated, repaired, its sky and
// stars found; beside a memcpy of the raw frame. measure/<what>/<level>/3840x2160; `dark` has a master dark and a map
// of hot pixels, `plain` neither (single pixels that stand out are filtered). The stars are checked before anything is
// timed, and that every level finds the same.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/pipeline/stars/star_frame.h"
#include "benchmarks/support/bench_cases.h"
#include "benchmarks/support/copy_rows.h"
#include "io/fits/reader.h"
#include "io/fits/writer.h"
#include "pipeline/graph/measure_lights.h"
#include "pipeline/simd/cpu_level.h"

namespace {

using namespace nightstack;

constexpr int kFiles = 8;  // in turn, as the yardstick's frames
constexpr CfaPattern kPattern = CfaPattern::gbrg;
constexpr std::array kLevels{CpuLevel::avx512, CpuLevel::avx2, CpuLevel::sse2};

// The frame seen through a colour filter, on a dark with hot pixels.
struct Files {
    std::filesystem::path folder;
    Image<float> dark{kWidth, kHeight};
    std::optional<Defects> defects;
    Calibration with_dark;
    Calibration plain;
    std::vector<std::unique_ptr<io::FitsFrame>> frames;
    std::vector<Light> lights;

    Files() {
        folder = std::filesystem::temp_directory_path() / ("nightstack-measure-bench-" + std::to_string(::getpid()));
        std::filesystem::create_directory(folder);
        SerialRunner runner;
        make_dark();
        defects = find_defects(dark.cview(), {}, runner);
        with_dark = {{dark.cview(), {}, {}}, 200, &defects->map, false};
        plain.filter_impulses = true;
        Image<std::uint16_t> raw = exposed();
        for (int i = 0; i < kFiles; ++i) add_file(raw, i);
    }
    ~Files() { std::filesystem::remove_all(folder); }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

private:
    void make_dark() {
        std::mt19937 rng(5);
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) dark.view()(x, y) = 200 + static_cast<float>(rng() % 1024) / 256;
        }
        for (int i = 0; i < 4000; ++i) {
            dark.view()(static_cast<int>(rng() % kWidth), static_cast<int>(rng() % kHeight)) += 3000;
        }
    }
    Image<std::uint16_t> exposed() const {
        Image<std::uint16_t> raw(kWidth, kHeight);
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                const Colour c = colour_at(kPattern, x, y);
                const double share = c == Colour::red ? 0.6 : c == Colour::green ? 1.0 : 0.75;
                const double adu =
                    share * static_cast<double>(frame().plane.cview()(x, y)) + static_cast<double>(dark.cview()(x, y));
                raw.view()(x, y) = static_cast<std::uint16_t>(std::clamp(adu, 0.0, 65535.0));
            }
        }
        return raw;
    }
    void add_file(Image<std::uint16_t>& raw, int i) {
        raw.view()(0, 0) = static_cast<std::uint16_t>(i);
        const std::filesystem::path path = folder / (std::to_string(i) + ".fits");
        io::write_fits(path, raw.cview(), {});
        frames.push_back(io::open_fits(path));
        Light light;
        light.name = path.string();
        light.format = {kWidth, kHeight, PixelKind::cfa, kPattern};
        light.read = [f = frames.back().get()](ImageView<float> out, Rect region, int plane) {
            f->read(out, region, plane);
        };
        lights.push_back(light);
    }
};

Files& files() {
    static Files made;
    return made;
}

Light next_light(const Calibration& calibration) {
    static std::size_t turn = 0;
    Light light = files().lights[turn++ % kFiles];
    light.calibration = &calibration;
    return light;
}

bool same(const LightMeasurement& a, const LightMeasurement& b) {
    const auto equal = [](const Star& s, const Star& t) { return s.x == t.x && s.y == t.y && s.flux == t.flux; };
    return std::equal(a.stars.begin(), a.stars.end(), b.stars.begin(), b.stars.end(), equal) &&
           a.report.fwhm_px == b.report.fwhm_px && a.report.background == b.report.background &&
           a.sky[1].level == b.sky[1].level && a.sky[1].sigma == b.sky[1].sigma;
}

bool answer_is_right(const Calibration& calibration) {
    Light light = files().lights[0];
    light.calibration = &calibration;
    std::optional<LightMeasurement> first;
    for (const CpuLevel level : kLevels) {
        limit_cpu_level(level);
        LightMeasurement m = measure_light(light);
        const auto wrong = std::count_if(m.stars.begin(), m.stars.end(), [](const Star& s) {
            return std::none_of(frame().stars.begin(), frame().stars.end(),
                                [&](const Truth& t) { return std::hypot(s.x - t.x, s.y - t.y) < 1; });
        });
        std::printf("%s: %zu stars, %d of them wrong, FWHM %.3f px, green sky %.2f, noise %.2f\n",
                    std::string(name(level)).c_str(), m.stars.size(), static_cast<int>(wrong), m.report.fwhm_px,
                    m.sky[1].level, m.sky[1].sigma);
        if (!m.usable() || m.stars.size() < 400 || wrong > 8) return false;
        if (first && !same(*first, m)) return false;
        if (!first) first = std::move(m);
    }
    return true;
}

void whole(benchmark::State& state, const Calibration& calibration, CpuLevel level) {
    if (!at_level(state, level)) return;
    static MeasureScratch scratch;
    SerialRunner runner;
    for (auto _ : state) benchmark::DoNotOptimize(measure_light(next_light(calibration), scratch, runner));
}

void pixels(benchmark::State& state, CpuLevel level) {
    if (!at_level(state, level)) return;
    static PrepareScratch scratch;
    for (auto _ : state) benchmark::DoNotOptimize(read_repaired(scratch, next_light(files().with_dark), 0));
}

void register_rows() {
    const auto add = [](const char* what, CpuLevel level, auto run) {
        const std::string row = "measure/" + std::string(what) + "/" + std::string(name(level)) + "/3840x2160";
        benchmark::RegisterBenchmark(row.c_str(), run)->Unit(benchmark::kMillisecond);
    };
    for (const CpuLevel level : kLevels) {
        add("dark", level, [level](benchmark::State& s) { whole(s, files().with_dark, level); });
        add("plain", level, [level](benchmark::State& s) { whole(s, files().plain, level); });
        add("read_repaired", level, [level](benchmark::State& s) { pixels(s, level); });
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (!answer_is_right(files().with_dark) || !answer_is_right(files().plain)) {
        std::puts("the answer is wrong, nothing was timed");
        return 1;
    }
    benchmark::Initialize(&argc, argv);
    register_rows();
    register_copy_u16();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
