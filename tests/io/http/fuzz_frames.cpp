// SPDX-License-Identifier: MIT
// Fuzz entry for WebSocket frames from a client. Replayed by fuzz_replay_test; for real fuzzing, with
// clang (configure as tests/io/fits/fuzz_fits.cpp says):
//
//   cmake --build build/fuzz --target fuzz_frames
//   build/fuzz/tests/io/http/fuzz_frames -max_total_time=60 -max_len=4000
#include "tests/io/http/fuzz_frames.h"

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "io/http/frames.h"
#include "pipeline/core/utf8.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kLimit = 500;

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

struct Outcome {
    std::vector<Received> received;
    std::optional<Violation> violation;
};

Outcome read(std::string_view bytes, std::size_t piece) {
    FrameReader reader(kLimit);
    Outcome outcome;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const bool good = reader.feed(bytes.substr(at, piece), outcome.received);
        demand(good == !reader.violation(), "false exactly after a violation");
    }
    outcome.violation = reader.violation();
    return outcome;
}

void check(const Received& one) {
    const bool control = static_cast<int>(one.kind) >= 8;
    demand(one.kind != FrameKind::continuation, "fragments are joined");
    demand(one.bytes.size() <= (control ? 125 : kLimit), "no more than the limit");
    if (one.kind == FrameKind::text) demand(valid_utf8(one.bytes), "text is UTF-8");
    if (one.kind == FrameKind::close)
        demand(one.close_code == 1005 || valid_close_code(one.close_code), "a close code that may be");
}

void run(std::string_view bytes) {
    const Outcome whole = read(bytes, bytes.size() + 1);
    for (const Received& one : whole.received) check(one);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}}) {
        const Outcome pieces = read(bytes, piece);
        demand(pieces.violation.has_value() == whole.violation.has_value(), "pieces end as the whole");
        if (whole.violation) demand(pieces.violation->text == whole.violation->text, "for the same reason");
        demand(pieces.received.size() == whole.received.size(), "pieces are the whole");
        for (std::size_t i = 0; i < whole.received.size(); ++i) {
            demand(pieces.received[i].kind == whole.received[i].kind &&
                       pieces.received[i].bytes == whole.received[i].bytes,
                   "message for message");
        }
    }
}

}  // namespace
}  // namespace nightstack::io

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    nightstack::io::run({reinterpret_cast<const char*>(data), size});
    return 0;
}
