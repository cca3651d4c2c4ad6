// SPDX-License-Identifier: MIT
// Fuzz entry for FITS. Replayed over the corpus by fuzz_replay_test; for real fuzzing, with clang:
//
//   CC=clang CXX=clang++ cmake -G Ninja -B build/fuzz -DNIGHTSTACK_FUZZ=ON -DCMAKE_BUILD_TYPE=Debug
//         -DNIGHTSTACK_SANITIZE=address,undefined -DNIGHTSTACK_BENCHMARKS=OFF
//   cmake --build build/fuzz --target fuzz_fits
//   mkdir -p build/fuzz/found
//   build/fuzz/tests/io/fits/fuzz_fits -max_total_time=60 -max_len=20000 build/fuzz/found tests/data/fits-corpus
#include "tests/io/fits/fuzz_fits.h"

#include <bit>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>

#include "io/fits/cards.h"
#include "io/fits/fits_error.h"
#include "io/fits/reader.h"

namespace nightstack::io {
namespace {

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

void check_layout(const FitsLayout& layout, std::uint64_t size) {
    demand(layout.width >= 1 && layout.width <= 65536 && layout.height >= 1 && layout.height <= 65536, "axes");
    demand(layout.planes >= 1 && layout.planes <= 16, "planes");
    const auto samples = static_cast<std::uint64_t>(layout.width) * static_cast<std::uint64_t>(layout.height) *
                         static_cast<std::uint64_t>(layout.planes);
    demand(layout.data_bytes == samples * layout.sample_bytes(), "data bytes");
    demand(layout.data_at + layout.data_bytes <= size, "data inside the file");
}

// A middle piece read alone must be what the whole shows there.
void check_pixels(const FitsFile& file, std::size_t image) {
    const FitsLayout& layout = file.images()[image].layout;
    Image<float> all(layout.width, layout.height);
    const Rect inner{layout.width / 3, layout.height / 4, (layout.width + 1) / 2, (layout.height + 1) / 2};
    Image<float> part(inner.width, inner.height);
    for (int p = 0; p < layout.planes; ++p) {
        file.read(all.view(), all.view().bounds(), p, image);
        file.read(part.view(), inner, p, image);
        for (int y = 0; y < inner.height; ++y) {
            for (int x = 0; x < inner.width; ++x) {
                demand(std::bit_cast<std::uint32_t>(part.view()(x, y)) ==
                           std::bit_cast<std::uint32_t>(all.view()(inner.x + x, inner.y + y)),
                       "region equals whole");
            }
        }
    }
}

// What can be copied to another header must come back as it was.
void check_header(const FitsHeader& header) {
    FitsCards copies;
    for (const FitsCard& card : header.cards()) {
        copies.copy(card);
        header.number(card.key);
        header.integer(card.key);
        header.logical(card.key);
    }
    demand(copies.bytes().size() % 80 == 0, "whole cards");
    for (const char c : copies.bytes()) demand(c >= 32 && c <= 126, "printable cards");
}

void run(std::span<const std::byte> bytes) {
    FitsFile file(memory_source(bytes, "fuzz"));
    for (std::size_t i = 0; i < file.images().size(); ++i) {
        check_layout(file.images()[i].layout, bytes.size());
        check_header(file.images()[i].header);
        check_pixels(file, i);
    }
    const FitsFrame frame(std::move(file));
    demand((frame.format().kind == PixelKind::cfa) == frame.format().cfa.has_value(), "pattern exactly for CFA");
    Image<float> row(frame.format().width, 1);
    frame.read(row.view(), {0, frame.format().height - 1, frame.format().width, 1}, 0);
}

}  // namespace
}  // namespace nightstack::io

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        nightstack::io::run(std::as_bytes(std::span(data, size)));
    } catch (const nightstack::io::FitsError& e) {
        const std::string text = e.what();
        nightstack::io::demand(text.starts_with("fuzz") && text.find('\n') == std::string::npos,
                               "one line with the name");
    }
    return 0;
}
