// SPDX-License-Identifier: MIT
// A JPEG of 1920x1080, 4:2:0, quality 80, to pixels, ours beside bare calls of TurboJPEG:
// decode/<who>/<to>/<scene>/1920x1080. The pixels are compared before anything is timed.
#include <benchmark/benchmark.h>

#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include "benchmarks/pipeline/decode/turbo.h"
#include "pipeline/stages/decode/jpeg_decoder.h"
#include "tests/support/jpeg/made_jpeg.h"

namespace {

using namespace nightstack;

constexpr int kWidth = 1920, kHeight = 1080;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

// TurboJPEG's memory.
struct Planes {
    std::vector<std::uint8_t> y = std::vector<std::uint8_t>(kWidth * kHeight),
                              u = std::vector<std::uint8_t>(kWidth * kHeight / 4),
                              v = std::vector<std::uint8_t>(kWidth * kHeight / 4),
                              rgb = std::vector<std::uint8_t>(3 * kWidth * kHeight);
    std::array<std::uint8_t*, 3> all() { return {y.data(), u.data(), v.data()}; }
};

bool same(ImageView<const std::uint8_t> ours, const std::vector<std::uint8_t>& theirs) {
    for (int y = 0; y < ours.height(); ++y) {
        const std::size_t width = static_cast<std::size_t>(ours.width());
        if (std::memcmp(ours.row_data(y), theirs.data() + static_cast<std::size_t>(y) * width, width) != 0)
            return false;
    }
    return true;
}

void check(const std::string& jpeg) {
    JpegDecoder decoder;
    PlanarPicture ours;
    Image<std::uint8_t> rgb;
    bool good = decoder.planes(bytes_of(jpeg), ours).stacks() && decoder.rgb(bytes_of(jpeg), rgb).stacks();
    if (Turbo::there()) {
        Turbo turbo;
        Planes theirs;
        good = good && turbo.planes(bytes_of(jpeg), theirs.all()) && turbo.rgb(bytes_of(jpeg), theirs.rgb.data()) &&
               same(ours.y(), theirs.y) && same(ours.u(), theirs.u) && same(ours.v(), theirs.v) &&
               same(rgb.cview(), theirs.rgb);
    }
    if (good) return;
    std::cerr << "decode: ours and TurboJPEG's pixels differ; nothing timed\n";
    std::exit(1);
}

template <class Decode>
void time(benchmark::State& state, const std::string& jpeg, Decode decode) {
    for (auto _ : state) {
        if (!decode(bytes_of(jpeg))) std::exit(1);
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(jpeg.size()));
}

void ours_planes(benchmark::State& state, const std::string& jpeg) {
    JpegDecoder decoder;
    PlanarPicture out;
    time(state, jpeg, [&](auto bytes) { return decoder.planes(bytes, out).stacks(); });
}

void ours_rgb(benchmark::State& state, const std::string& jpeg) {
    JpegDecoder decoder;
    Image<std::uint8_t> out;
    time(state, jpeg, [&](auto bytes) { return decoder.rgb(bytes, out).stacks(); });
}

void turbo_planes(benchmark::State& state, const std::string& jpeg) {
    Turbo turbo;
    Planes out;
    time(state, jpeg, [&](auto bytes) { return turbo.planes(bytes, out.all()); });
}

void turbo_rgb(benchmark::State& state, const std::string& jpeg) {
    Turbo turbo;
    Planes out;
    time(state, jpeg, [&](auto bytes) { return turbo.rgb(bytes, out.rgb.data()); });
}

void add(const std::string& name, void (*run)(benchmark::State&, const std::string&), const std::string& jpeg) {
    benchmark::RegisterBenchmark((name + "/1920x1080").c_str(), [run, &jpeg](benchmark::State& state) {
        run(state, jpeg);
    })->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    const std::string night = test::made_jpeg(test::Scene::night, kWidth, kHeight, 1);
    const std::string day = test::made_jpeg(test::Scene::day, kWidth, kHeight, 1);
    for (const std::string* jpeg : {&night, &day}) {
        check(*jpeg);
        const std::string scene = jpeg == &night ? "night" : "day";
        add("decode/ours/planes/" + scene, ours_planes, *jpeg);
        add("decode/ours/rgb/" + scene, ours_rgb, *jpeg);
        if (!Turbo::there()) continue;
        add("decode/turbo/planes/" + scene, turbo_planes, *jpeg);
        add("decode/turbo/rgb/" + scene, turbo_rgb, *jpeg);
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
