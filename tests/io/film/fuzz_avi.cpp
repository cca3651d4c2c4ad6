// SPDX-License-Identifier: MIT
// Fuzz entry for AVI films: whatever the bytes say, nothing outside them is asked for, and the walk ends. Replayed by
// fuzz_replay_test; for real fuzzing, with clang (configure as tests/io/fits/fuzz_fits.cpp says):
//
//   cmake --build build/fuzz --target fuzz_avi
//   mkdir -p build/fuzz/found
//   build/fuzz/tests/io/film/fuzz_avi -max_total_time=60 -max_len=6000 build/fuzz/found
#include "tests/io/film/fuzz_avi.h"

#include <cstdlib>
#include <cstring>
#include <iostream>

#include "io/film/avi_walk.h"
#include "pipeline/core/error.h"

namespace {

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nightstack;
    const auto read = [&](std::span<std::byte> out, std::uint64_t offset) {
        demand(offset <= size && out.size() <= size - offset, "only bytes of the film are asked for");
        if (!out.empty()) std::memcpy(out.data(), data + offset, out.size());
    };
    try {
        io::AviWalk walk(read, size);
        std::vector<std::byte> jpeg;
        std::size_t pictures = 0, bytes = 0;
        std::uint64_t at = walk.position();
        while (walk.next(jpeg)) {
            demand(walk.position() > at && walk.position() <= size, "each picture lies behind the last");
            at = walk.position();
            bytes += jpeg.size();
            ++pictures;
        }
        demand(bytes + 8 * pictures <= size, "no byte is in two pictures");
        demand(pictures > 0, "a film that opens has a picture");
    } catch (const FormatError&) {
    }
    return 0;
}
