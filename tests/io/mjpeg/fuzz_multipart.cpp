// SPDX-License-Identifier: MIT
// Fuzz entry for multipart streams: the first byte chooses what is announced, the rest is the stream, under small
// limits so that they are met. Replayed by fuzz_replay_test; for real fuzzing, with clang (configure as
// tests/io/fits/fuzz_fits.cpp says):
//
//   cmake --build build/fuzz --target fuzz_multipart
//   mkdir -p build/fuzz/found
//   build/fuzz/tests/io/mjpeg/fuzz_multipart -max_total_time=60 -max_len=6000 build/fuzz/found tests/data/mjpeg-corpus
#include "tests/io/mjpeg/fuzz_multipart.h"

#include <cstdlib>
#include <iostream>

#include "tests/io/mjpeg/made_streams.h"

namespace nightstack::io {
namespace {

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

void run(std::string_view type, std::string_view stream) {
    SplitLimits limits;
    limits.header_line = 64;
    limits.headers = 200;
    limits.part = 1500;
    const test::Split whole = test::split(type, stream, stream.size() + 1, limits);
    std::uint64_t bytes = 0;
    for (const std::string& part : whole.parts) {
        bytes += part.size();
        const Bytes jpeg = std::as_bytes(std::span(part));
        demand(part.size() <= limits.part, "no part beyond the limit");
        demand(starts_picture(jpeg) && ends_picture(jpeg), "a part begins and ends as a picture");
    }
    demand(bytes == whole.counts.part_bytes && whole.parts.size() == whole.counts.parts, "what is given is counted");
    demand(whole.counts.bytes == stream.size(), "what comes is counted");
    demand(bytes + whole.counts.skipped <= stream.size(), "no byte is counted twice");
    for (const std::size_t piece : {std::size_t{1}, std::size_t{11}, std::size_t{0}}) {
        const test::Split pieces = test::split(type, stream, piece, limits);
        demand(pieces == whole, "pieces are the whole");
        demand(pieces.most_held <= limits.part + 65536, "no more is held than a part and what is read at once");
    }
}

}  // namespace
}  // namespace nightstack::io

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static constexpr const char* kTypes[] = {nightstack::io::test::kDwarfType, "multipart/x-mixed-replace",
                                             "image/jpeg", "multipart/x-mixed-replace; boundary=\"--d\""};
    nightstack::io::run(kTypes[data[0] % 4], {reinterpret_cast<const char*>(data) + 1, size - 1});
    return 0;
}
