// SPDX-License-Identifier: MIT
// Photos of panoramas in and out, 1920x1080, quality 92. decode/libjpeg: a decoder that keeps its memory; decode/fresh:
// into memory of its own for each picture, as a tile has it. open/*: a tile, without and with its small versions.
// read/*: a region of 1000x1000, items are samples. write/*: 1920x5400, items are pixels; encode/libjpeg: in one go.
#include <benchmark/benchmark.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <memory>

#include "io/image_files/jpeg_writer.h"
#include "io/image_files/png.h"
#include "io/pano_files/big_tiff.h"
#include "io/tiles/tile.h"
#include "pipeline/stages/decode/jpeg_decoder.h"
#include "tests/support/jpeg/made_jpeg.h"

namespace {

using namespace nightstack;
using namespace nightstack::io;
namespace fs = std::filesystem;

constexpr int kWidth = 1920, kHeight = 1080, kLong = 5400;

struct Place {
    fs::path folder = fs::temp_directory_path() / ("tiles_bench." + std::to_string(::getpid()));
    std::string jpeg = test::made_jpeg(test::Scene::day, kWidth, kHeight, 1, {.quality = 92});
    Place() {
        fs::create_directories(folder);
        std::ofstream(tile(), std::ios::binary) << jpeg;
    }
    ~Place() { fs::remove_all(folder); }
    fs::path tile() const { return folder / "tile.jpg"; }
};

ScratchStore& store(const Place& place, ScratchMemory kind) {
    static ScratchStore unseen(std::uint64_t{1} << 30, place.folder / "scratch");
    static ScratchStore mapped(std::uint64_t{1} << 30, place.folder / "scratch", ScratchMemory::mapped);
    return kind == ScratchMemory::mapped ? mapped : unseen;
}

void decode(benchmark::State& state, const Place& place, bool fresh) {
    JpegDecoder decoder;
    Image<std::uint8_t> kept;
    for (auto _ : state) {
        Image<std::uint8_t> own;
        decoder.rgb(std::as_bytes(std::span(place.jpeg)), fresh ? own : kept);
    }
}

void open(benchmark::State& state, const Place& place, ScratchMemory kind, TileOptions options) {
    TileReductions made;
    for (auto _ : state) open_tile(place.tile(), store(place, kind), options, &made);
}

void read(benchmark::State& state, const Place& place, ScratchMemory kind, bool gray) {
    constexpr Rect kRegion{7, 3, 1000, 1000};
    const auto tile = open_tile(place.tile(), store(place, kind));
    std::vector<Image<float>> planes;
    std::vector<ImageView<float>> views;
    for (int c = 0; c < 3; ++c) planes.emplace_back(kRegion.width, kRegion.height);
    for (Image<float>& plane : planes) views.push_back(plane.view());
    Image<std::uint8_t> grays(kRegion.width, kRegion.height);
    for (auto _ : state) {
        if (gray) {
            tile->read_gray(kRegion, grays.view());
        } else {
            tile->read_light(kRegion, views);
        }
    }
    state.SetItemsProcessed(state.iterations() * (gray ? 1 : 3) * 1'000'000);
}

std::vector<std::uint8_t> long_picture() {
    const test::Rgb8 scene = test::made_scene(test::Scene::day, kWidth, kHeight, 2);
    std::vector<std::uint8_t> out;
    for (int i = 0; i < kLong / kHeight; ++i) out.insert(out.end(), scene.pixels.begin(), scene.pixels.end());
    return out;
}

void encode(benchmark::State& state, const std::vector<std::uint8_t>& pixels) {
    for (auto _ : state)
        benchmark::DoNotOptimize(jpeg_bytes({.width = kWidth, .height = kLong, .quality = 92}, pixels));
    state.SetItemsProcessed(state.iterations() * kWidth * kLong);
}

// `begin(file)` makes the writer.
template <class Begin>
void write(benchmark::State& state, const Place& place, const std::vector<std::uint8_t>& pixels, const Begin& begin) {
    ThreadRunner runner(static_cast<int>(state.range(0)));
    for (auto _ : state) {
        OutputFile file(place.folder / "out", Overwrite::yes);
        const std::unique_ptr<RowsWriter> writer = begin(file);
        writer->append(std::as_bytes(std::span(pixels)), kLong, runner);
        writer->finish(runner);
    }
    state.SetItemsProcessed(state.iterations() * kWidth * kLong);
}

template <class... Arguments>
auto* timed(const std::string& name, Arguments... arguments) {
    return benchmark::RegisterBenchmark(name.c_str(), arguments...)->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    const Place place;
    const std::vector<std::uint8_t> pixels = long_picture();
    timed("decode/libjpeg", [&](auto& s) { decode(s, place, false); });
    timed("decode/fresh", [&](auto& s) { decode(s, place, true); });
    for (const ScratchMemory kind : {ScratchMemory::unseen, ScratchMemory::mapped}) {
        const std::string where = kind == ScratchMemory::mapped ? "/mapped" : "/unseen";
        timed("open/alone" + where, [&, kind](auto& s) { open(s, place, kind, {}); });
        timed("open/gray2_light8" + where, [&, kind](auto& s) { open(s, place, kind, {2, 8}); });
        timed("read/light" + where, [&, kind](auto& s) { read(s, place, kind, false); });
        timed("read/gray" + where, [&, kind](auto& s) { read(s, place, kind, true); });
    }
    timed("encode/libjpeg", [&](auto& s) { encode(s, pixels); });
    const auto threads = [](auto* b) { b->Arg(1)->Arg(2)->UseRealTime(); };
    threads(timed("write/jpeg", [&](auto& s) {
        write(s, place, pixels,
              [](OutputFile& f) { return jpeg_rows_writer(f, {.width = kWidth, .height = kLong, .quality = 92}); });
    }));
    threads(timed("write/png", [&](auto& s) {
        write(s, place, pixels,
              [](OutputFile& f) { return png_rows_writer(f, {.width = kWidth, .height = kLong, .channels = 3}); });
    }));
    threads(timed("write/big_tiff", [&](auto& s) {
        std::unique_ptr<BlockWriter> blocks;
        write(s, place, pixels, [&](OutputFile& f) {
            blocks =
                big_tiff_writer(f, {.grid = {.width = kWidth, .height = kLong}}, store(place, ScratchMemory::mapped));
            return rows_into_blocks(*blocks);
        });
    }));
    benchmark::RunSpecifiedBenchmarks();
}
