// SPDX-License-Identifier: MIT
#include "io/image_files/exif.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "io/image_files/jpeg_writer.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

// Reads the structure by the book, by itself.
class Tiff {
public:
    explicit Tiff(std::string bytes) : bytes_(std::move(bytes)) {}
    std::uint32_t at(std::size_t place, int size) const {
        std::uint32_t value = 0;
        for (int i = size - 1; i >= 0; --i) value = value << 8 | static_cast<unsigned char>(bytes_.at(place + i));
        return value;
    }
    // Of the fields of a directory: where their values stand.
    std::map<std::uint32_t, std::size_t> fields(std::size_t place) const {
        std::map<std::uint32_t, std::size_t> out;
        const std::uint32_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1};
        for (std::uint32_t i = 0; i < at(place, 2); ++i) {
            const std::size_t field = place + 2 + 12 * i;
            const std::uint32_t size = sizes[at(field + 2, 2)] * at(field + 4, 4);
            out[at(field, 2)] = size <= 4 ? field + 8 : at(field + 8, 4);
        }
        return out;
    }
    std::string text(std::size_t place) const { return bytes_.substr(place, bytes_.find('\0', place) - place); }
    double ratio(std::size_t place) const { return static_cast<double>(at(place, 4)) / at(place + 4, 4); }
    double degrees(std::size_t place) const { return ratio(place) + ratio(place + 8) / 60 + ratio(place + 16) / 3600; }

private:
    std::string bytes_;
};

std::string picture() { return jpeg_bytes(16, 8, std::vector<std::uint8_t>(16 * 8 * 3, 90), 80); }

Tiff tiff_of(const std::string& jpeg) {
    const std::size_t begin = jpeg.find(std::string("Exif\0\0", 6));
    EXPECT_NE(begin, std::string::npos);
    EXPECT_EQ(jpeg.substr(begin - 4, 2), "\xFF\xE1");
    const std::size_t length =
        (static_cast<unsigned char>(jpeg[begin - 2]) << 8) + static_cast<unsigned char>(jpeg[begin - 1]);
    EXPECT_EQ(jpeg[begin - 2 + length], '\xFF') << "the next segment follows";
    return Tiff(jpeg.substr(begin + 6, length - 8));
}

TEST(Exif, SaysWhatWhenAndWhere) {
    ExifFacts facts{"DWARFLAB", "DWARFII", "2026:01:18 21:04:26", 1.0 / 400, ExifFacts::Place{-48.1374, 11.5761}};
    const std::string jpeg = picture(), with = with_exif(jpeg, facts);
    EXPECT_EQ(with.substr(6, 4), "JFIF");
    const Tiff tiff = tiff_of(with);
    const auto main = tiff.fields(tiff.at(4, 4));
    EXPECT_EQ(tiff.text(main.at(0x010F)), "DWARFLAB");
    EXPECT_EQ(tiff.text(main.at(0x0110)), "DWARFII");
    const auto exposure = tiff.fields(tiff.at(main.at(0x8769), 4));
    EXPECT_EQ(tiff.text(exposure.at(0x9003)), "2026:01:18 21:04:26");
    EXPECT_EQ(tiff.at(exposure.at(0x829A), 4), 1U);
    EXPECT_EQ(tiff.at(exposure.at(0x829A) + 4, 4), 400U);
    const auto place = tiff.fields(tiff.at(main.at(0x8825), 4));
    EXPECT_EQ(tiff.text(place.at(1)), "S");
    EXPECT_NEAR(tiff.degrees(place.at(2)), 48.1374, 1e-6);
    EXPECT_EQ(tiff.text(place.at(3)), "E");
    EXPECT_NEAR(tiff.degrees(place.at(4)), 11.5761, 1e-6);
    // The picture itself is the same.
    EXPECT_EQ(with.substr(with.size() - (jpeg.size() - 20)), jpeg.substr(20));
}

TEST(Exif, WithoutAPlaceThereIsNone) {
    const Tiff tiff = tiff_of(with_exif(picture(), {"a", "b", "2026:01:18 21:04:26", 1.3, {}}));
    const auto main = tiff.fields(tiff.at(4, 4));
    EXPECT_FALSE(main.contains(0x8825));
    EXPECT_NEAR(tiff.ratio(tiff.fields(tiff.at(main.at(0x8769), 4)).at(0x829A)), 1.3, 1e-9);
}

TEST(Exif, RefusesWhatIsNoJpeg) {
    EXPECT_THROW(with_exif("", {}), FormatError);
    EXPECT_THROW(with_exif("\x89PNG....", {}), FormatError);
    EXPECT_THROW(with_exif(std::string("\xFF\xD8\xFF\xE0\xFF\xFF", 6), {}), FormatError);
    EXPECT_THROW(with_exif(picture(), {std::string(2000, 'x'), "", "", 1, {}}), OptionError);
}

}  // namespace
}  // namespace nightstack::io
