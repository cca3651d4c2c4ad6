// SPDX-License-Identifier: MIT
// What a session counts while it runs; written on the scope's thread, read from any.
#pragma once

#include <atomic>
#include <cstdint>

namespace nightstack::device::dwarf {

struct Counts {
    std::atomic<std::uint64_t> connections{0};  // that reached a known state
    std::atomic<std::uint64_t> sent{0};         // requests, state queries included
    std::atomic<std::uint64_t> resent{0};       // safe ones, a second time after a reconnect
    std::atomic<std::uint64_t> received{0};     // messages
    std::atomic<std::uint64_t> bad_frames{0};   // that were no message
    std::atomic<std::uint64_t> late{0};         // answers to requests that had ended before
};

}  // namespace nightstack::device::dwarf
