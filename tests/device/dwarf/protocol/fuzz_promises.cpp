// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "device/dwarf/protocol/json.h"
#include "tests/device/dwarf/protocol/fuzz_dwarf.h"

namespace nightstack::device::dwarf::fuzz {

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

void check_words(const char* what) {
    const std::string_view text = what;
    demand(!text.empty() && text.size() < 1000, "words of a sane length");
    demand(
        std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 32 && c != 127; }),
        "one printable line");
}

// Whatever was read can be written and read again as the same, unless writing escapes it beyond the limit.
void check_round_trip(const Message& message) {
    const std::string wire = encode(message);
    if (wire.size() > kMaxMessageBytes) return;
    demand(decode(wire) == message, "round trip");
}

}  // namespace nightstack::device::dwarf::fuzz
