// SPDX-License-Identifier: MIT
// One frame of 3840 x 2160 unsigned 16-bit pixels from the page cache, ours against cfitsio, beside a memcpy
// of as many bytes: fits_read/<who>/<to>/3840x2160. The answers are compared before anything is timed.
#include <benchmark/benchmark.h>
#include <fitsio.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/support/copy_rows.h"
#include "io/fits/reader.h"
#include "io/fits/writer.h"

namespace {

using namespace nightstack;
using namespace nightstack::io;

constexpr int kWidth = 3840;
constexpr int kHeight = 2160;
constexpr Rect kAll{0, 0, kWidth, kHeight};
constexpr std::size_t kPixels = std::size_t{kWidth} * kHeight;

std::filesystem::path frame_path() {
    return std::filesystem::temp_directory_path() / ("nightstack-fits-bench-" + std::to_string(::getpid()) + ".fits");
}

Image<std::uint16_t> random_frame() {
    Image<std::uint16_t> frame(kWidth, kHeight);
    std::mt19937 random(1);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) frame.view()(x, y) = static_cast<std::uint16_t>(random());
    }
    return frame;
}

// 0 when cfitsio read it.
int read_by_cfitsio(int type, void* out) {
    int status = 0;
    fitsfile* file = nullptr;
    fits_open_diskfile(&file, frame_path().c_str(), READONLY, &status);
    std::array<long, 2> first{1, 1};
    fits_read_pix(file, type, first.data(), static_cast<LONGLONG>(kPixels), nullptr, out, nullptr, &status);
    fits_close_file(file, &status);
    return status;
}

void report(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kPixels));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(2 * kPixels));
}

void ours_float(benchmark::State& state) {
    Image<float> out(kWidth, kHeight);
    for (auto _ : state) open_fits(frame_path())->read(out.view(), kAll, 0);
    report(state);
}

void ours_u16(benchmark::State& state) {
    Image<std::uint16_t> out(kWidth, kHeight);
    for (auto _ : state) FitsFile(frame_path()).read_u16(out.view(), kAll, 0);
    report(state);
}

// The frame in tiles of 256 x 256, as the stack may read it: one system call for each row of a tile.
void ours_tiles(benchmark::State& state) {
    Image<float> out(256, 256);
    const auto frame = open_fits(frame_path());
    for (auto _ : state) {
        for (int y = 0; y + 256 <= kHeight; y += 256)
            for (int x = 0; x + 256 <= kWidth; x += 256) frame->read(out.view(), {x, y, 256, 256}, 0);
    }
    state.SetItemsProcessed(state.iterations() * 15 * 8 * 65536);
}

void cfitsio_float(benchmark::State& state) {
    std::vector<float> out(kPixels);
    for (auto _ : state) read_by_cfitsio(TFLOAT, out.data());
    report(state);
}

void cfitsio_u16(benchmark::State& state) {
    std::vector<std::uint16_t> out(kPixels);
    for (auto _ : state) read_by_cfitsio(TUSHORT, out.data());
    report(state);
}

void ours_write(benchmark::State& state) {
    const Image<std::uint16_t> frame = random_frame();
    for (auto _ : state) {
        FitsWriter writer(frame_path().string() + ".out", {{"", kWidth, kHeight, 1, FitsSample::u16}}, Overwrite::yes);
        writer.write(0, 0, kAll, frame.cview());  // not published: the sync is the disk's time
    }
    report(state);
}

bool answers_agree(const Image<std::uint16_t>& truth) {
    Image<float> ours(kWidth, kHeight);
    open_fits(frame_path())->read(ours.view(), kAll, 0);
    std::vector<float> theirs(kPixels);
    if (read_by_cfitsio(TFLOAT, theirs.data()) != 0) return false;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const auto i = static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x);
            if (ours.view()(x, y) != theirs[i] || ours.view()(x, y) != truth.view()(x, y)) return false;
        }
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    const Image<std::uint16_t> frame = random_frame();
    write_fits(frame_path(), frame.cview(), {}, Overwrite::yes);
    if (!answers_agree(frame)) {
        std::cerr << "ours and cfitsio read different pixels; nothing timed\n";
        return 1;
    }
    using benchmark::RegisterBenchmark;
    RegisterBenchmark("fits_read/ours/float/3840x2160", ours_float)->Unit(benchmark::kMillisecond);
    RegisterBenchmark("fits_read/cfitsio/float/3840x2160", cfitsio_float)->Unit(benchmark::kMillisecond);
    RegisterBenchmark("fits_read/ours/u16/3840x2160", ours_u16)->Unit(benchmark::kMillisecond);
    RegisterBenchmark("fits_read/cfitsio/u16/3840x2160", cfitsio_u16)->Unit(benchmark::kMillisecond);
    RegisterBenchmark("fits_read/ours/tiles256/3840x2160", ours_tiles)->Unit(benchmark::kMillisecond);
    nightstack::register_copy_u16();
    RegisterBenchmark("fits_write/ours/u16/3840x2160", ours_write)->Unit(benchmark::kMillisecond);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    std::filesystem::remove(frame_path());
    return 0;
}
