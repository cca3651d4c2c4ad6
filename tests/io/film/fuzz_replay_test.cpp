// SPDX-License-Identifier: MIT
// The fuzz entry over a film and some thousand seeded damages of it, as an ordinary test.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "device/sim/card/film.h"
#include "tests/io/film/fuzz_avi.h"

namespace nightstack::io {
namespace {

void feed(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::string film() {
    device::sim::Film film(64, 48, 10);
    std::string pictures;
    for (int i = 0; i < 5; ++i)
        pictures += film.picture("\xFF\xD8\xFF" + std::string(static_cast<std::size_t>(20 + i), 'x') + "\xFF\xD9");
    const std::string index = film.index();
    return film.head() + pictures + index;
}

TEST(FuzzAvi, CutsAndDamages) {
    const std::string whole = film();
    for (std::size_t size = 0; size <= whole.size(); ++size) feed(whole.substr(0, size));
    std::mt19937 random(5);
    for (int round = 0; round < 5000; ++round) {
        std::string bytes = whole;
        for (unsigned long n = 1 + random() % 6; n > 0; --n) {
            static constexpr std::string_view kSpecial("\x00\xFF\x7F\x80LRd0", 8);
            const std::size_t at = random() % bytes.size();
            bytes[at] = random() % 2 == 0 ? kSpecial[random() % kSpecial.size()] : static_cast<char>(random());
        }
        if (random() % 4 == 0) bytes += bytes.substr(random() % bytes.size());
        feed(bytes);
    }
}

}  // namespace
}  // namespace nightstack::io
