// SPDX-License-Identifier: MIT
// What one file is by its place and name: as a scan of the whole folder says.
#include "io/session/file_role.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "io/session/session_scan.h"

namespace nightstack::io {
namespace {

FileRole role(const std::string& name, const std::string& root = "/photos") { return role_of_file(root, name, {}); }

TEST(FileRole, ByPlaceAndName) {
    EXPECT_EQ(role("a.fits"), FileRole::light);
    EXPECT_EQ(role("a.fit.fz"), FileRole::light);
    EXPECT_EQ(role("failed_0003.fits"), FileRole::failed_light);
    EXPECT_EQ(role("a.jpg"), FileRole::picture);
    EXPECT_EQ(role("dark_001.fits"), FileRole::calibration);
    EXPECT_EQ(role("lights/dark_001.fits"), FileRole::light) << "a folder that says what it holds";
    EXPECT_EQ(role("darks/a.fits"), FileRole::calibration);
    EXPECT_EQ(role("DWARF_DARK/exp_15_gain_80_bin_2/0000.fits"), FileRole::calibration);
    EXPECT_EQ(role("Thumbnail/0000.fits"), FileRole::passed_over);
    EXPECT_EQ(role(".hidden/0000.fits"), FileRole::passed_over);
    EXPECT_EQ(role("a.fits.part"), FileRole::passed_over);
    EXPECT_EQ(role("shotsInfo.json"), FileRole::passed_over);
    EXPECT_EQ(role("notes.txt"), FileRole::passed_over);
    EXPECT_EQ(role("a.fits", "/photos/darks"), FileRole::calibration) << "the root's own name counts";
    EXPECT_EQ(role("a.fits", "/photos/.hidden"), FileRole::light) << "but who names it wants it";
}

TEST(FileRole, TheHeaderDecidesWhereNoNameTells) {
    const auto told = [](ImageRole image, bool stack) {
        return role_of_file("/photos", "a.fits", [&](const std::filesystem::path& path) {
            EXPECT_EQ(path, "/photos/a.fits");
            HeaderSummary header;
            header.info.role = image;
            header.is_stack = stack;
            return std::optional(header);
        });
    };
    EXPECT_EQ(told(ImageRole::dark, false), FileRole::calibration);
    EXPECT_EQ(told(ImageRole::light, false), FileRole::light);
    EXPECT_EQ(told(ImageRole::unknown, false), FileRole::light);
    EXPECT_EQ(told(ImageRole::light, true), FileRole::passed_over) << "somebody's result";
    EXPECT_EQ(role_of_file("/photos", "lights/a.fits",
                           [](const auto&) -> std::optional<HeaderSummary> {
                               ADD_FAILURE() << "asked for nothing";
                               return std::nullopt;
                           }),
              FileRole::light);
}

}  // namespace
}  // namespace nightstack::io
