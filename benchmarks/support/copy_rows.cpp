// SPDX-License-Identifier: MIT
#include "benchmarks/support/copy_rows.h"

#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>

#include "pipeline/core/aligned_memory.h"

namespace nightstack {
namespace {

constexpr std::size_t kPixels = std::size_t{3840} * 2160;
constexpr std::size_t kFrames = 8;

// Copies between frames half a ring apart: both left the cache long ago.
struct Ring {
    std::array<AlignedMemory, kFrames> frames;
    std::size_t next = 0;

    explicit Ring(std::size_t bytes) {
        for (std::size_t i = 0; i < kFrames; ++i) {
            frames[i] = AlignedMemory(bytes);
            std::memset(frames[i].data(), static_cast<int>(i) + 1, bytes);
        }
    }
    const AlignedMemory& copy_one() {
        const AlignedMemory& to = frames[(next + kFrames / 2) % kFrames];
        std::memcpy(to.data(), frames[next].data(), to.size());
        next = (next + 1) % kFrames;
        return to;
    }
};

template <class Pixel>
void copy_frames(benchmark::State& state) {
    static Ring ring(kPixels * sizeof(Pixel));
    const auto want = *static_cast<const unsigned char*>(ring.frames[ring.next].data());
    const AlignedMemory& copied = ring.copy_one();
    if (static_cast<const unsigned char*>(copied.data())[copied.size() - 1] != want) {
        std::cerr << "copy: wrong answer\n";
        std::exit(1);
    }
    for (auto _ : state) {
        ring.copy_one();
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kPixels * sizeof(Pixel)));
}

template <class Pixel>
void register_copy(const char* text) {
    benchmark::RegisterBenchmark(text, copy_frames<Pixel>)->Unit(benchmark::kMillisecond);
}

}  // namespace

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double copy_u16_frame() {
    static Ring ring(kPixels * sizeof(std::uint16_t));
    const double begin = thread_seconds();
    ring.copy_one();
    benchmark::ClobberMemory();
    return thread_seconds() - begin;
}

void register_copy_u16() { register_copy<std::uint16_t>("copy/u16/3840x2160"); }
void register_copy_f32() { register_copy<float>("copy/f32/3840x2160"); }

}  // namespace nightstack
