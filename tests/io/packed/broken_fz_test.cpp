// SPDX-License-Identifier: MIT
// Damaged and hostile .fz through the whole way: gate, helper, frame. Whatever the bytes, the outcome is a
// frame of the size its header says, or one FitsError. tools/soak runs more rounds.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <chrono>
#include <iostream>
#include <map>
#include <random>

#include "io/fits/fits_error.h"
#include "tests/io/fits/mutate.h"
#include "tests/io/packed/made_fz.h"
#include "tests/support/own_memory.h"
#include "tests/support/soak.h"

namespace nightstack::test {
namespace {

const std::vector<MadeFz>& kinds() {
    static const std::vector<MadeFz> all{{"RICE_1", 16, true},
                                         {"RICE_1", -32, false, 61, 47, 1, 1, 0, 4, 1},
                                         {"HCOMPRESS_1", 16, false, 61, 48, 1, 16},
                                         {"HCOMPRESS_1", -32, false, 61, 48, 1, 16, 0, 4, 2},
                                         {"PLIO_1", 16, false},
                                         {"GZIP_2", 32, false, 40, 30, 3, 5, 20},
                                         {"GZIP_1", -64, false}};
    return all;
}

// Behind the empty primary, which is the same in all: cards, pointers, compressed bytes.
std::string damaged(const std::string& good, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const std::string primary = good.substr(0, 2880);
    std::string rest = good.substr(2880);
    if (random() % 3 == 0) return primary + io::test::mutated(rest, seed);
    const std::size_t from = random() % 4 == 0 ? 0 : rest.find("END     ") / 2880 * 2880 + 2880;
    for (std::uint64_t n = 1 + random() % 6; n > 0; --n) {
        if (from >= rest.size()) break;
        rest[from + random() % (rest.size() - from)] = static_cast<char>(random() % 2 == 0 ? random() : 0xFF);
    }
    return primary + rest;
}

std::string outcome(const std::filesystem::path& path, PackedWorld& world) {
    try {
        const auto frame = io::open_packed_fits(path, world.setup());
        EXPECT_LE(pixels_of(*frame).size(), std::size_t{1} << 28);
        return "read";
    } catch (const io::FitsError& e) {
        const std::string words = e.what();
        EXPECT_THAT(words, testing::Not(testing::HasSubstr("\n")));
        if (words.find("crashed") != std::string::npos) return "the helper crashed";
        if (words.find("processor time") != std::string::npos || words.find("within") != std::string::npos)
            return "the helper was stopped";
        return e.fault() == io::FitsFault::damaged ? "refused as damaged" : "refused by the gate";
    }
}

TEST(BrokenFz, MutationsNeverCostMoreThanTheirFrame) {
    const auto rounds = static_cast<std::uint64_t>(soaked(350));
    PackedWorld world;
    std::vector<std::string> good;
    for (const MadeFz& m : kinds()) {
        make_fz(world.temp / "good.fz", m);
        good.push_back(file_bytes(world.temp / "good.fz"));
    }
    std::map<std::string, int> counts;
    for (std::uint64_t seed = 1; seed <= rounds; ++seed) {
        save_bytes(world.temp / "bad.fz", damaged(good[seed % good.size()], seed));
        ++counts[outcome(world.temp / "bad.fz", world)];
    }
    for (const auto& [what, n] : counts) std::cout << what << ": " << n << "\n";
    EXPECT_GT(counts["refused by the gate"], static_cast<int>(rounds / 50));
    EXPECT_GT(counts["read"] + counts["refused as damaged"], static_cast<int>(rounds / 50));
    EXPECT_EQ(world.store.memory_used() + world.store.disk_used(), 0u);
    EXPECT_FALSE(std::filesystem::exists("core"));
}

TEST(BrokenFz, EveryTruncationIsRefusedBeforeTheHelper) {
    PackedWorld world;
    make_fz(world.temp / "good.fz", kinds()[0]);
    const std::string good = file_bytes(world.temp / "good.fz");
    const io::UnpackSetup no_helper{world.temp / "none", &world.store};
    for (std::size_t size = 0; size + 2880 < good.size(); size += 131) {
        save_bytes(world.temp / "short.fz", good.substr(0, size));
        try {
            io::open_packed_fits(world.temp / "short.fz", no_helper);
            ADD_FAILURE() << size;
        } catch (const io::FitsError& e) {
            EXPECT_EQ(e.fault(), io::FitsFault::truncated) << size << ": " << e.what();
        }
    }
}

TEST(BrokenFz, AFlippedBitIsSeenWhereThereIsADataSum) {
    PackedWorld world;
    MadeFz m{"RICE_1", 16, true};
    m.checksum = true;
    make_fz(world.temp / "a.fz", m);
    EXPECT_EQ(outcome(world.temp / "a.fz", world), "read");
    const std::string good = file_bytes(world.temp / "a.fz");
    const std::size_t heap = good.find("END     ", 2880) / 2880 * 2880 + 2880 + 8 * static_cast<std::size_t>(m.height);
    for (std::size_t at = heap; at < heap + 2000; at += 97) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 4);
        save_bytes(world.temp / "bad.fz", bad);
        EXPECT_EQ(outcome(world.temp / "bad.fz", world), "refused as damaged") << at;
    }
}

TEST(BrokenFz, CompressedBytesOfOnesDoNoHarm) {
    PackedWorld world;
    for (const MadeFz& m : kinds()) {
        SCOPED_TRACE(label(m));
        // Sanitized: cfitsio asks for ever more memory here; without the limit on it, only processor time ends that.
        if (test::sanitized() && m.compression.starts_with("GZIP")) continue;
        make_fz(world.temp / "a.fz", m);
        std::string bytes = file_bytes(world.temp / "a.fz");
        const std::size_t heap = bytes.size() / 2;  // well behind the pointers
        for (const char fill : {'\xFF', '\0', '\x55'}) {
            std::string bad = bytes;
            std::fill(bad.begin() + static_cast<long>(heap), bad.end(), fill);
            save_bytes(world.temp / "bad.fz", bad);
            EXPECT_NE(outcome(world.temp / "bad.fz", world), "the helper was stopped");
        }
    }
}

}  // namespace
}  // namespace nightstack::test
