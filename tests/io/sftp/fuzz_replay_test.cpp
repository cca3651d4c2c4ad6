// SPDX-License-Identifier: MIT
// The fuzz entry with answers of every kind, and with those damaged at random.
#include <gtest/gtest.h>

#include <random>

#include "tests/io/sftp/fuzz_packets.h"
#include "tests/io/sftp/scripted_server.h"

namespace nightstack::io::sftp {
namespace {

using namespace test;

void replay(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

TEST(FuzzPackets, SeedsAndMutations) {
    const std::vector<std::string> seeds = {
        packet(2, be32(3)),
        status(1, 2, "No such file"),
        handle(2, "h"),
        data(3, std::string(300, 'x')),
        attributes(4, 5'000'000),
        names(5, {"good.fits", "../up", ".hidden", "-rf", "GOOD.FITS", "\x1b[0m", "."}),
        packet(104, be32(6) + be32(1) + text_field("a") + text_field("a") + be32(0x80000001) + be64(1) + be32(1) +
                        text_field("ext") + text_field("value")),
    };
    std::mt19937 dice(3);
    std::string all;
    for (const std::string& seed : seeds) all += seed;
    replay("");
    replay(all);
    for (int i = 0; i < 3000; ++i) {
        std::string bytes = i % 4 == 0 ? all : seeds[dice() % seeds.size()];
        for (std::size_t n = 1 + dice() % 3; n > 0; --n) bytes[dice() % bytes.size()] = static_cast<char>(dice());
        if (dice() % 3 == 0) bytes.resize(dice() % bytes.size());
        replay(bytes);
    }
}

}  // namespace
}  // namespace nightstack::io::sftp
