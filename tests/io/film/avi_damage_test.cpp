// SPDX-License-Identifier: MIT
// Damaged AVIs play on behind the damage, and tell how much is missing.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "device/sim/card/film.h"
#include "io/film/avi_walk.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr int kPictures = 60;

// A JPEG as far as its chunk is concerned; coded data with all bytes but FF.
std::string picture(int number) {
    std::mt19937 random(static_cast<unsigned>(number));
    std::string out("\xFF\xD8\xFF\xDA", 4);
    for (unsigned long n = 3000 + random() % 3000; n > 0; --n) out += static_cast<char>(random() % 255);
    return out + "\xFF\xD9";
}

struct Played {
    std::vector<std::string> pictures;
    std::uint64_t dropped = 0;
};

Played played(const std::string& film) {
    const auto read = [&](std::span<std::byte> out, std::uint64_t offset) {
        ASSERT_LE(offset + out.size(), film.size());
        std::memcpy(out.data(), film.data() + offset, out.size());
    };
    AviWalk walk(read, film.size());
    Played out;
    std::vector<std::byte> jpeg;
    while (walk.next(jpeg)) out.pictures.emplace_back(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
    out.dropped = walk.dropped_parts();
    return out;
}

class AviDamage : public testing::Test {
protected:
    AviDamage() {
        device::sim::Film film(64, 48, 12.5);
        for (int i = 0; i < kPictures; ++i) {
            whole_.push_back(picture(i));
            at_.push_back(bytes_.size());  // of the list, for now
            bytes_ += film.picture(whole_.back());
        }
        const std::string index = film.index(), head = film.head();
        for (std::size_t& at : at_) at += head.size();
        bytes_ = head + bytes_ + index;
    }
    void put(std::size_t at, std::string_view what) { bytes_.replace(at, what.size(), what); }
    void put_size(std::size_t picture, std::size_t size) {
        for (std::size_t i = 0; i < 4; ++i) bytes_[at_[picture] + 4 + i] = static_cast<char>(size >> (8 * i) & 0xFF);
    }
    // All but `lost` came, in their order.
    void expect_all_but(std::vector<std::size_t> lost, std::uint64_t dropped, const std::string& what) {
        std::vector<std::string> expected = whole_;
        for (; !lost.empty(); lost.pop_back())
            expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(lost.back()));
        const Played found = played(bytes_);
        EXPECT_EQ(found.pictures.size(), expected.size()) << what;
        EXPECT_TRUE(found.pictures == expected) << what;
        EXPECT_EQ(found.dropped, dropped) << what;
    }
    std::vector<std::string> whole_;
    std::vector<std::size_t> at_;  // where each picture's header lies
    std::string bytes_;
};

TEST_F(AviDamage, OfASizeCostsOnePicture) {
    expect_all_but({}, 0, "whole");
    const std::size_t size = whole_[20].size();
    for (const std::size_t wrong : {std::size_t{0}, size - 1000, size + 1000, std::size_t{0x7FFFFFFF}}) {
        put_size(20, wrong);
        expect_all_but({20}, 1, "size " + std::to_string(wrong));
    }
    put_size(40, size + 20000);
    expect_all_but({20, 40}, 2, "two sizes");
    put_size(59, 1);
    expect_all_but({20, 40, 59}, 3, "the last as well");
}

TEST_F(AviDamage, OfANameCostsOnePicture) {
    for (const std::string_view wrong :
         {std::string_view("0\0dc", 4), std::string_view("00lc"), std::string_view("80dc"), std::string_view("0!db"),
          std::string_view("\xFF\xFF\xFF\xFF")}) {
        put(at_[20], wrong);
        expect_all_but({20}, 1, std::string(wrong));
    }
}

TEST_F(AviDamage, OverSeveralPicturesIsOnePart) {
    put(at_[20] - 300, std::string(at_[23] - at_[20], '\0'));
    const Played found = played(bytes_);  // 19 has its header, and is for the decoder
    EXPECT_EQ(found.pictures.size(), 57U);
    EXPECT_EQ(found.dropped, 1U);
    EXPECT_EQ(found.pictures.back(), whole_.back());
}

// Also of what stands before the pictures: nothing but the speed is lost then.
TEST_F(AviDamage, OfListsAndHeadersCostsNoPicture) {
    const std::string sound = bytes_;
    for (const char* name : {"movi", "LISTxxxxmovi", "strl", "hdrl", "vids"}) {
        bytes_ = sound;
        const std::size_t at = bytes_.find(std::string_view(name).ends_with("movi") ? "movi" : name);
        put(at - (name[0] == 'L' ? 8 : 0) + 1, "X");
        expect_all_but({}, 0, name);
    }
    for (const char* name : {"strh", "hdrl"}) {
        bytes_ = sound;
        put(bytes_.find(name), std::string_view("\0\x01", 2));
        EXPECT_EQ(played(bytes_).pictures, whole_) << name;
    }
}

TEST_F(AviDamage, OfTheFirstJpegIsOfOnePicture) {
    put(at_[0] + 8, "xx");
    whole_[0].replace(0, 2, "xx");
    expect_all_but({}, 0, "given, for the decoder to tell");
}

TEST_F(AviDamage, BehindTheEndIsNoLoss) {
    const std::string sound = bytes_;
    bytes_ = sound + std::string(4096, '\0');
    expect_all_but({}, 0, "zeros");
    bytes_ = sound + "\x01\x02 something else";
    expect_all_but({}, 0, "something");
    bytes_ = sound.substr(0, at_[40]) + std::string(100'000, '\0');
    whole_.resize(40);
    expect_all_but({}, 1, "room that was never written");
}

TEST_F(AviDamage, OddSizesWithoutPaddingPlay) {
    for (std::size_t i = kPictures; i-- > 0;)
        if (whole_[i].size() % 2 != 0) bytes_.erase(at_[i] + 8 + whole_[i].size(), 1);
    expect_all_but({}, 0, "unpadded");
}

TEST_F(AviDamage, CutOffAnywhereCostsNoWholePicture) {
    for (const std::size_t more : {std::size_t{8}, std::size_t{9}, std::size_t{500}, whole_[30].size() + 7}) {
        const Played found = played(bytes_.substr(0, at_[30] + more));
        EXPECT_EQ(found.pictures, std::vector<std::string>(whole_.begin(), whole_.begin() + 30)) << more;
        EXPECT_EQ(found.dropped, 1U) << more;
    }
}

}  // namespace
}  // namespace nightstack::io
