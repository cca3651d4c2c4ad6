// SPDX-License-Identifier: MIT
// Fuzz entries for what a fetch reads besides pictures: its own record of a mirror and the scope's account of a
// session. Each takes any bytes and aborts when a promise breaks; replayed over their corpora by fuzz_replay_test. For
// real fuzzing, with clang (configure as tests/io/fits/fuzz_fits.cpp says):
//
//   cmake --build build/fuzz --target fuzz_mirror fuzz_shots_info
//   mkdir -p build/fuzz/found
//   build/fuzz/tests/io/fetch/fuzz_mirror -max_total_time=60 -max_len=4000 build/fuzz/found tests/data/mirror-corpus
//   build/fuzz/tests/io/fetch/fuzz_shots_info -max_total_time=60 -max_len=4000 build/fuzz/found
//         tests/data/shots-info-corpus
#pragma once

#include <cstddef>
#include <cstdint>

namespace nightstack::io::fuzz {

void mirror(const std::uint8_t* data, std::size_t size);
void shots_info(const std::uint8_t* data, std::size_t size);

}  // namespace nightstack::io::fuzz
