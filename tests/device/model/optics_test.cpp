// SPDX-License-Identifier: MIT
#include "device/model/optics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace nightstack::device {
namespace {

TEST(Optics, KnowsEverySpellingOfTheHeaders) {
    for (const char* word : {"DWARFII", "DWARF II", "dwarf ii", "DWARF2", "DWARF_II ", "DWARFII "})
        EXPECT_EQ(find_optics(word, 3840, 2160).value().optics->telescope, "DWARF II") << word;
    for (const char* word : {"DWARFIII", "DWARF III", "DWARF 3", "Dwarf3"})
        EXPECT_EQ(find_optics(word, 3856, 2180).value().optics->telescope, "DWARF 3") << word;
    EXPECT_EQ(find_optics("DWARF mini", 1920, 1080).value().optics->sensor, "IMX662");
    for (const char* word : {"", "DWARF", "Seestar S50", "DWARF 4", "\xFF\x1B"})
        EXPECT_FALSE(find_optics(word, 3840, 2160)) << word;
}

TEST(Optics, TellsBinningFromTheSize) {
    const auto binned = find_optics("DWARFII", 1920, 1080);
    ASSERT_TRUE(binned);
    EXPECT_EQ(binned->binning, 2);
    EXPECT_EQ(binned->cfa(), CfaPattern::gbrg);
    EXPECT_NEAR(binned->arcsec_per_px, 5.982, 0.001);
    const auto full = find_optics("DWARFII", 3840, 2160);
    EXPECT_EQ(full.value().binning, 1);
    EXPECT_FALSE(full->cfa());  // nobody knows it
    EXPECT_NEAR(full->arcsec_per_px, 2.991, 0.001);
    EXPECT_EQ(find_optics("DWARF 3", 3856, 2180).value().cfa(), CfaPattern::rggb);
    EXPECT_FALSE(find_optics("DWARFII", 1280, 720));
    EXPECT_FALSE(find_optics("DWARFII", 0, 0));
    EXPECT_FALSE(find_optics("DWARFII", -1920, -1080));
}

TEST(Optics, WideOnlyWhenSaid) {
    EXPECT_EQ(find_optics("DWARF II", 1920, 1080).value().optics->lens, Lens::tele);
    const auto wide = find_optics("DWARF II", Lens::wide, 1920, 1080);
    ASSERT_TRUE(wide);
    EXPECT_EQ(wide->binning, 1);
    EXPECT_NEAR(206264.806 / wide->arcsec_per_px, 2718, 1);  // focal length in pixels
}

TEST(Optics, EachRowAgreesWithItself) {
    for (const Optics& o : known_optics()) {
        EXPECT_FALSE(o.source.empty());
        EXPECT_GT(o.width, 0);
        EXPECT_EQ(o.width % 2 + o.height % 2, 0) << "a binned CFA frame needs even sides";
        if (!o.pixel_um || !o.focal_length_mm || !o.field_x_deg) continue;
        const double field = 2 * std::atan(o.width * *o.pixel_um * 5e-4 / *o.focal_length_mm);
        EXPECT_NEAR(field * 180 / std::numbers::pi, *o.field_x_deg, 0.005);
    }
}

}  // namespace
}  // namespace nightstack::device
