// SPDX-License-Identifier: MIT
// What damage costs: reads are counted, not seconds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "device/sim/card/film.h"
#include "io/film/avi_walk.h"
#include "io/film/film.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

constexpr std::uint64_t kMegabyte = 1'000'000;

std::string jpeg(int number) {
    return "\xFF\xD8\xFF" + std::string(static_cast<std::size_t>(number), 'x') + "\xFF\xD9";
}

// A film with something between its fourth and its fifth picture; zeros need no memory.
struct Gapped {
    explicit Gapped(std::uint64_t zeros, const std::string& something = "") : zeros_(zeros) {
        device::sim::Film film(64, 48, 10);
        std::string pictures;
        for (int i = 0; i < 8; ++i) {
            if (i == 4) before_ = pictures + something, pictures.clear();
            pictures += film.picture(jpeg(i));
        }
        before_ = film.head() + before_;
        behind_ = pictures;
    }
    std::uint64_t size() const { return before_.size() + zeros_ + behind_.size(); }
    void read(std::span<std::byte> out, std::uint64_t offset) {
        ++reads_;
        bytes_ += out.size();
        std::memset(out.data(), 0, out.size());
        copy(before_, 0, out, offset);
        copy(behind_, before_.size() + zeros_, out, offset);
    }
    std::size_t play() {
        AviWalk walk([this](std::span<std::byte> out, std::uint64_t offset) { read(out, offset); }, size());
        std::vector<std::byte> picture;
        std::size_t count = 0;
        while (walk.next(picture)) ++count;
        dropped_ = walk.dropped_parts();
        return count;
    }
    static void copy(const std::string& text, std::uint64_t at, std::span<std::byte> out, std::uint64_t offset) {
        const std::uint64_t from = std::max(at, offset), to = std::min(at + text.size(), offset + out.size());
        if (from < to) std::memcpy(out.data() + (from - offset), text.data() + (from - at), to - from);
    }
    std::string before_, behind_;
    std::uint64_t zeros_ = 0, reads_ = 0, bytes_ = 0, dropped_ = 0;
};

TEST(AviReads, ZerosAreReadOnceInLargePieces) {
    Gapped film(50 * kMegabyte);
    EXPECT_EQ(film.play(), 8U);
    EXPECT_EQ(film.dropped_, 1U);
    EXPECT_LT(film.reads_, 50 * kMegabyte / 100'000);
    EXPECT_LT(film.bytes_, 52 * kMegabyte);
}

// Headers that look like pictures and lead nowhere, 100 kB on, one behind the other: what each costs does not grow with
// them.
TEST(AviReads, FalsePicturesCostAsMuchEach) {
    const auto costs = [](int count) {
        std::string bait;
        for (int i = 0; i < count; ++i) bait += std::string("00dc\x07\x87\x01\x00\xFF\xD8", 10);
        Gapped film(0, bait);
        EXPECT_GE(film.play(), 8U);
        return film.bytes_;
    };
    EXPECT_LT(costs(40'000), 3 * costs(20'000));
    EXPECT_LT(costs(40'000), 40'000 * 5000);
}

TEST(AviReads, AStopIsHeededInDamage) {
    const test::TempFolder folder;
    Gapped film(2 * kMegabyte);
    std::vector<std::byte> bytes(film.size());
    film.read(bytes, 0);
    const std::filesystem::path path = folder.path() / "film.avi";
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    std::stop_source stop;
    const std::unique_ptr<Film> opened = open_film(path, stop.get_token());
    std::vector<std::byte> picture;
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(opened->next(picture));
    stop.request_stop();
    EXPECT_THROW(opened->next(picture), Interrupted);
    EXPECT_THROW(open_film(path, stop.get_token()), Interrupted);
}

}  // namespace
}  // namespace nightstack::io
