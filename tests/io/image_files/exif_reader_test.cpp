// SPDX-License-Identifier: MIT
// Exif read back: facts in both byte orders, and bytes that lie about themselves.
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "io/image_files/exif.h"
#include "io/image_files/exif_reader.h"

namespace nightstack::io {
namespace {

std::span<const std::byte> as_bytes(const std::string& s) { return std::as_bytes(std::span(s)); }

// A TIFF structure of two directories in either byte order.
class MadeExif {
public:
    explicit MadeExif(bool big) : big_(big) {}

    struct Field {
        unsigned tag, type;
        std::string value;  // of its type's bytes
        unsigned count;
    };
    Field whole(unsigned tag, unsigned value) const { return {tag, 3, number(value, 2), 1}; }
    Field wide(unsigned tag, unsigned value) const { return {tag, 4, number(value, 4), 1}; }
    Field ratio(unsigned tag, unsigned a, unsigned b) const { return {tag, 5, number(a, 4) + number(b, 4), 1}; }
    static Field words(unsigned tag, const std::string& text) {
        return {tag, 2, text + '\0', static_cast<unsigned>(text.size() + 1)};
    }

    // `first` gets the pointer to `second`.
    std::string bytes(std::vector<Field> first, const std::vector<Field>& second) const {
        first.push_back(wide(0x8769, 0));
        const auto at = static_cast<unsigned>(8 + directory(first, 8).size());
        first.back() = wide(0x8769, at);
        return head() + directory(first, 8) + directory(second, at);
    }
    std::string head() const { return (big_ ? "MM" : "II") + number(42, 2) + number(8, 4); }
    std::string directory(const std::vector<Field>& fields, unsigned at) const {
        std::string out = number(static_cast<unsigned>(fields.size()), 2), values;
        const auto behind = static_cast<unsigned>(at + 2 + 12 * fields.size() + 4);
        for (const Field& f : fields) {
            out += number(f.tag, 2) + number(f.type, 2) + number(f.count, 4);
            const std::string inside = f.value + std::string(4, '\0');
            out += f.value.size() <= 4 ? inside.substr(0, 4) : number(behind + static_cast<unsigned>(values.size()), 4);
            if (f.value.size() > 4) values += f.value;
        }
        return out + number(0, 4) + values;
    }
    std::string number(unsigned value, int size) const {
        std::string out;
        for (int i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * (big_ ? size - 1 - i : i)) & 0xFFU);
        return out;
    }

private:
    bool big_;
};

std::string everything(bool big) {
    const MadeExif m(big);
    return m.bytes({MadeExif::words(0x010F, "Maker of cameras"), MadeExif::words(0x0110, "M1"), m.whole(0x0112, 6),
                    MadeExif::words(0x0132, "2026:01:19 00:00:00")},
                   {m.ratio(0x829A, 1, 400), m.ratio(0x829D, 28, 10), m.whole(0x8827, 800),
                    MadeExif::words(0x9003, "2026:01:18 21:04:26"), m.ratio(0x920A, 427, 100), m.wide(0xA002, 4000),
                    m.whole(0xA003, 3000), m.ratio(0xA20E, 25400, 1), m.ratio(0xA20F, 12700, 1), m.whole(0xA210, 2),
                    m.whole(0xA405, 28)});
}

TEST(ExifReader, FindsEveryFactInBothByteOrders) {
    for (const bool big : {false, true}) {
        const std::string bytes = everything(big);
        const ExifRead e = read_exif(as_bytes(bytes));
        EXPECT_EQ(e.make, "Maker of cameras");
        EXPECT_EQ(e.model, "M1");
        EXPECT_EQ(e.orientation, 6);
        EXPECT_EQ(e.taken, "2026:01:18 21:04:26");
        EXPECT_DOUBLE_EQ(e.exposure_s.value(), 1.0 / 400);
        EXPECT_DOUBLE_EQ(e.f_number.value(), 2.8);
        EXPECT_EQ(e.iso, 800);
        EXPECT_DOUBLE_EQ(e.focal_mm.value(), 4.27);
        EXPECT_EQ(e.width, 4000);
        EXPECT_EQ(e.height, 3000);
        EXPECT_DOUBLE_EQ(e.sensor_px_per_mm_x.value(), 1000);
        EXPECT_DOUBLE_EQ(e.sensor_px_per_mm_y.value(), 500);
        EXPECT_EQ(e.focal_35mm, 28);
    }
}

TEST(ExifReader, ReadsWhatIsWrittenHere) {
    ExifFacts facts;
    facts.make = "Maker";
    facts.model = "Scope\x1b[2J";
    facts.taken = "2026:01:18 21:04:26";
    facts.exposure_s = 15;
    facts.place = ExifFacts::Place{48, 11};
    const std::string jpeg = with_exif(std::string("\xFF\xD8\xFF\xE0\x00\x04\x00\x00\xFF\xDA\x00\x02", 12), facts);
    const ExifRead e = read_exif(exif_in_jpeg(as_bytes(jpeg)));
    EXPECT_EQ(e.make, "Maker");
    EXPECT_EQ(e.model, "Scope\\x1B[2J") << "made printable";
    EXPECT_EQ(e.taken, facts.taken);
    EXPECT_DOUBLE_EQ(e.exposure_s.value(), 15);
    EXPECT_EQ(e.orientation, 1);
    EXPECT_FALSE(e.focal_mm);
}

TEST(ExifReader, TheSegmentIsLookedForBeforeThePixelsOnly) {
    const std::string body = std::string("Exif\0\0", 6) + everything(true);
    const auto length = static_cast<unsigned>(body.size() + 2);
    const std::string segment =
        std::string("\xFF\xE1") + static_cast<char>(length >> 8) + static_cast<char>(length & 0xFF) + body;
    const std::string other("\xFF\xFF\xE1\x00\x06http", 9);
    EXPECT_EQ(exif_in_jpeg(as_bytes("\xFF\xD8" + other + segment)).size(), everything(true).size());
    EXPECT_TRUE(exif_in_jpeg(as_bytes(std::string("\xFF\xD8\xFF\xDA\x00\x02", 6) + segment)).empty());
    EXPECT_TRUE(exif_in_jpeg(as_bytes("\xFF\xD8" + segment.substr(0, segment.size() - 1))).empty());
    EXPECT_TRUE(exif_in_jpeg(as_bytes(std::string("\xFF\xD8\xFF\xE1\x00\x01", 6) + segment)).empty());
    EXPECT_TRUE(exif_in_jpeg({}).empty());
}

TEST(ExifReader, WhatCannotBeIsLeftOut) {
    const MadeExif m(false);
    const std::string bytes = m.bytes({m.whole(0x0112, 9), {0x010F, 2, "", 0xFFFFFFFF}, {0x0110, 3, "ab", 1}},
                                      {m.ratio(0x829A, 1, 0),
                                       m.ratio(0x829D, 0, 1),
                                       m.whole(0x8827, 0),
                                       m.whole(0xA405, 0),
                                       m.ratio(0x920A, 0xFFFFFFFF, 1),
                                       m.ratio(0xA20E, 0, 0),
                                       {0xA002, 4, m.number(0, 4), 0}});
    const ExifRead e = read_exif(as_bytes(bytes));
    EXPECT_EQ(e.orientation, 1);
    EXPECT_EQ(e.make + e.model + e.taken, "");
    EXPECT_FALSE(e.exposure_s || e.f_number || e.iso || e.focal_35mm || e.focal_mm || e.sensor_px_per_mm_x || e.width);
}

// Directories that name each other, each other's values, and themselves.
TEST(ExifReader, CyclesEnd) {
    const MadeExif m(false);
    const std::string self = m.head() + m.directory({m.wide(0x8769, 8), m.whole(0x0112, 3)}, 8);
    EXPECT_EQ(read_exif(as_bytes(self)).orientation, 3);
    std::string each = everything(false);
    std::vector<MadeExif::Field> many(600, m.wide(0x8769, 8));
    EXPECT_EQ(read_exif(as_bytes(m.head() + m.directory(many, 8))).orientation, 1);
}

TEST(ExifReader, NothingOutsideIsRead) {
    for (const bool big : {false, true}) {
        const std::string good = everything(big);
        for (std::size_t n = 0; n < good.size(); ++n) {
            const std::vector<std::byte> cut(as_bytes(good).begin(), as_bytes(good).begin() + static_cast<long>(n));
            read_exif(cut);  // the sanitizer is the judge
        }
        std::mt19937 random(3);
        for (int round = 0; round < 20'000; ++round) {
            std::string bad = good;
            for (unsigned long k = 1 + random() % 4; k > 0; --k)
                bad[random() % bad.size()] = static_cast<char>(random());
            const ExifRead e = read_exif([&](std::uint64_t at, std::span<std::byte> out) {
                EXPECT_LE(out.size(), 512u * 12);
                if (at > bad.size() || out.size() > bad.size() - at) return false;
                std::copy_n(as_bytes(bad).begin() + static_cast<long>(at), out.size(), out.begin());
                return true;
            });
            EXPECT_TRUE(e.orientation >= 1 && e.orientation <= 8);
            EXPECT_TRUE(!e.focal_mm || (*e.focal_mm > 0 && std::isfinite(*e.focal_mm)));
            const std::optional<double> focal = focal_px(e, 4000, 3000);
            EXPECT_TRUE(!focal || (*focal > 100 && *focal < 300'000)) << *focal;
        }
    }
}

TEST(FocalLength, ByTheDiagonalOfFilm) {
    ExifRead e;
    EXPECT_FALSE(focal_px(e, 3000, 2000));
    e.focal_35mm = 50;
    // 3:2 as the film is: the width does as well.
    EXPECT_NEAR(focal_px(e, 3000, 2000).value(), 50 * 3000 / 36.0, 0.1);
    EXPECT_NEAR(focal_px(e, 2000, 3000).value(), 50 * 3000 / 36.0, 0.1);
    // 4:3 by the diagonal, 5000 px.
    EXPECT_NEAR(focal_px(e, 4000, 3000).value(), 50 * 5000 / 43.2666, 0.1);
    e.focal_35mm = 1;
    EXPECT_FALSE(focal_px(e, 4000, 3000)) << "wider than any lens";
}

TEST(FocalLength, BySensorWhenItAgrees) {
    ExifRead e;
    e.focal_mm = 10;
    e.sensor_px_per_mm_x = 400;
    EXPECT_NEAR(focal_px(e, 4000, 3000).value(), 4000, 1e-9);
    e.width = 4000;
    e.height = 3000;
    EXPECT_NEAR(focal_px(e, 1000, 750).value(), 1000, 1e-9) << "shrunk to a quarter since";
    e.focal_35mm = 35;  // 4045 px
    EXPECT_NEAR(focal_px(e, 4000, 3000).value(), 4000, 1e-9) << "the finer of two that agree";
    e.focal_35mm = 70;
    EXPECT_NEAR(focal_px(e, 4000, 3000).value(), 70 * 5000 / 43.2666, 0.1) << "the equivalent, where they do not";
    e = {};
    e.focal_mm = 12.28;
    e.sensor_px_per_mm_x = 319.46;
    EXPECT_FALSE(focal_px(e, 720, 540)) << "a sensor of 2.8 mm: somebody shrank the picture";
}

}  // namespace
}  // namespace nightstack::io
