// SPDX-License-Identifier: MIT
// Fuzz entry for the readers of tiles: JPEG, PNG, TIFF and their Exif. Whatever the bytes are, they are refused in
// words or become a tile whose every pixel can be read. Replayed by fuzz_replay_test; for real fuzzing, with clang
// (configure as tests/io/fits/fuzz_fits.cpp says):
//
//   cmake --build build/fuzz --target fuzz_tile
//   mkdir -p build/fuzz/found
//   build/fuzz/tests/io/tiles/fuzz_tile -max_total_time=60 -max_len=20000 build/fuzz/found
#include "tests/io/tiles/fuzz_tile.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string>

#include "io/image_files/exif_reader.h"
#include "io/tiles/tile.h"
#include "pipeline/core/error.h"

namespace {

using namespace nightstack;

// Larger ones are opened and dropped: what is told by the header alone must not make the fuzzer slow.
constexpr std::int64_t kMostPixels = 1 << 20;

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

void look_at(const io::Tile& tile, const io::TileReductions& made) {
    const io::TileInfo& info = tile.info();
    demand(info.width >= 1 && info.height >= 1 && info.width <= 16'384 && info.height <= 16'384,
           "the size is in bounds");
    demand(info.channels == 1 || info.channels == 3, "gray or colour");
    demand(info.exif.orientation >= 1 && info.exif.orientation <= 8, "eight orientations");
    demand(made.gray.width() == (info.width + 3) / 4, "the reduction has its size");
    if (std::int64_t{info.width} * info.height > kMostPixels) return;
    std::vector<Image<float>> planes;
    std::vector<ImageView<float>> views;
    for (int c = 0; c < info.channels; ++c) planes.emplace_back(info.width, info.height);
    for (Image<float>& plane : planes) views.push_back(plane.view());
    tile.read_light({0, 0, info.width, info.height}, views);
    for (const ImageView<float>& plane : views) {
        for (int y = 0; y < info.height; ++y) {
            for (const float v : plane.row(y)) {
                demand(!std::isinf(v), "light is a number or no data");
                demand(!info.display_referred || std::isnan(v) || (v >= 0 && v <= 1), "codes become light of 0 to 1");
                demand(info.validity || !info.display_referred || !std::isnan(v), "without alpha all is data");
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const int fd = ::memfd_create("fuzz", MFD_CLOEXEC);
    demand(fd >= 0 && ::write(fd, data, size) == static_cast<ssize_t>(size), "there is a file to open");
    io::read_exif(std::as_bytes(std::span(data, size)));
    io::ScratchStore store(std::uint64_t{1} << 30, "/nonexistent");
    try {
        io::TileReductions made;
        look_at(*io::open_tile("/proc/self/fd/" + std::to_string(fd), store, {.gray_by = 4}, &made), made);
    } catch (const FormatError& e) {
        demand(std::string(e.what()).size() > 10, "a refusal has words");
    }
    ::close(fd);
    return 0;
}
