// SPDX-License-Identifier: MIT
// Fuzz entries for both sides of the wire. Each takes any bytes and aborts when a promise breaks;
// replayed over their corpora by fuzz_replay_test. For real fuzzing, with clang:
//
//   CC=clang CXX=clang++ cmake -G Ninja -B build/fuzz -DNIGHTSTACK_FUZZ=ON -DCMAKE_BUILD_TYPE=Debug
//         -DNIGHTSTACK_SANITIZE=address,undefined -DNIGHTSTACK_BENCHMARKS=OFF
//   cmake --build build/fuzz --target fuzz_dwarf_reply fuzz_dwarf_command
//   mkdir -p build/fuzz/found
//   build/fuzz/tests/device/dwarf/protocol/fuzz_dwarf_reply -max_total_time=60 build/fuzz/found
//         tests/data/dwarf-corpus/reply
#pragma once

#include <cstddef>
#include <cstdint>

#include "device/dwarf/protocol/message.h"

namespace nightstack::device::dwarf::fuzz {

// What a client reads: frames, HTTP and Bluetooth answers.
void dwarf_reply(const std::uint8_t* data, std::size_t size);
// What a scope (the twin) reads: requests, HTTP targets, Bluetooth packets.
void dwarf_command(const std::uint8_t* data, std::size_t size);

void demand(bool promise, const char* what);  // aborts with words
void check_words(const char* what);           // of an exception: one line, printable, of a sane length
void check_round_trip(const Message& message);

}  // namespace nightstack::device::dwarf::fuzz
