// SPDX-License-Identifier: MIT
// Every FITS file of the folder of real data: read as cfitsio reads it, or refused for the right reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>

#include "io/fits/fits_error.h"
#include "io/fits/fits_time.h"
#include "io/fits/frame_info.h"
#include "io/fits/reader.h"
#include "tests/io/fits/cfitsio_oracle.h"
#include "tests/support/real_data.h"

namespace nightstack::io {
namespace {

using nightstack::test::kNoRealData;
using nightstack::test::read_with_cfitsio;
using nightstack::test::real_data_folder;

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

const char* word(FitsFault fault) {
    switch (fault) {
        case FitsFault::not_fits: return "not_fits";
        case FitsFault::compressed: return "compressed";
        case FitsFault::header: return "header";
        case FitsFault::axes: return "axes";
        case FitsFault::truncated: return "truncated";
        case FitsFault::pattern: return "pattern";
        case FitsFault::damaged: return "damaged";
    }
    return "?";
}

bool equal_pixels(const FitsFile& file, const std::vector<float>& oracle) {
    const FitsLayout& layout = file.layout();
    Image<float> plane(layout.width, layout.height);
    std::size_t i = 0;
    for (int p = 0; p < layout.planes; ++p) {
        file.read(plane.view(), plane.view().bounds(), p);
        for (int y = 0; y < layout.height; ++y) {
            for (int x = 0; x < layout.width; ++x, ++i) {
                const float ours = plane.view()(x, y);
                const bool undefined = std::isnan(ours) && std::isnan(oracle[i]);
                if (!undefined && std::bit_cast<std::uint32_t>(ours) != std::bit_cast<std::uint32_t>(oracle[i]))
                    return false;
            }
        }
    }
    return i == oracle.size();
}

// What became of each file of a folder; pixels of the accepted ones are compared.
std::map<std::string, int> outcomes(const std::filesystem::path& folder) {
    std::map<std::string, int> counts;
    for (const auto& path : files_in(folder)) {
        try {
            const FitsFile file(path);
            const auto oracle = read_with_cfitsio(path);
            EXPECT_EQ(oracle.status, 0) << path << ": " << oracle.error;
            EXPECT_TRUE(oracle.status == 0 && equal_pixels(file, oracle.pixels)) << path;
            ++counts["read"];
        } catch (const FitsError& e) {
            ++counts[word(e.fault())];
            if (std::getenv("NIGHTSTACK_LIST") != nullptr) std::cout << word(e.fault()) << ": " << e.what() << "\n";
        }
    }
    return counts;
}

using Counts = std::map<std::string, int>;

TEST(RealFiles, OddFilesAreReadRightOrRefusedForAReason) {
    const auto data = real_data_folder();
    if (!data) GTEST_SKIP() << kNoRealData;
    EXPECT_EQ(outcomes(*data / "fits-odd"), (Counts{{"read", 40},
                                                    {"axes", 43},        // NAXIS 0, 1, tables, cubes, random groups
                                                    {"truncated", 42},   // mostly bare headers (.hdr)
                                                    {"compressed", 21},  // gzip, .Z, bzip2 and tile-compressed
                                                    {"not_fits", 9},
                                                    {"header", 4}}));
}

TEST(RealFiles, CameraFramesAreReadRight) {
    const auto data = real_data_folder();
    if (!data) GTEST_SKIP() << kNoRealData;
    EXPECT_EQ(outcomes(*data / "microobs-hatp32"), (Counts{{"read", 24}}));
    EXPECT_EQ(outcomes(*data / "sbig-cal-c"), (Counts{{"read", 13}}));
    EXPECT_EQ(outcomes(*data / "seestar-ngc7023-a"), (Counts{{"read", 4}}));
    EXPECT_EQ(outcomes(*data / "sky-wcs"), (Counts{{"read", 11}, {"compressed", 1}}));
}

// The scope's .fits of that tree are stubs of five bytes.
TEST(RealFiles, StubsAreNoFits) {
    const auto data = real_data_folder();
    if (!data) GTEST_SKIP() << kNoRealData;
    int stubs = 0;
    for (const auto& path : files_in(*data / "dwarf2-session-layout")) {
        if (path.extension() != ".fits") continue;
        ++stubs;
        EXPECT_THROW(open_fits(path), FitsError) << path;
    }
    EXPECT_GT(stubs, 0);
}

TEST(RealFiles, HeadersAreUnderstood) {
    const auto data = real_data_folder();
    if (!data) GTEST_SKIP() << kNoRealData;
    const auto seestar = open_fits(*data / "seestar-ngc7023-a" / "Light_NGC_7023_10.0s_IRCUT_20240730-224459.fit");
    EXPECT_EQ(seestar->format(), (StreamFormat{1080, 1920, PixelKind::cfa, CfaPattern::grbg}));
    EXPECT_EQ(seestar->info().role, ImageRole::light);
    EXPECT_EQ(seestar->info().exposure, Seconds(10));
    EXPECT_EQ(seestar->info().gain, 80.0);
    EXPECT_EQ(seestar->info().binning, 1);
    EXPECT_EQ(seestar->info().focal_length_mm, 250.0);
    EXPECT_DOUBLE_EQ(seestar->info().ra_deg.value_or(0), 315.499995);
    EXPECT_FALSE(is_own_product(seestar->file().header()));

    const auto sbig = open_fits(*data / "sbig-cal-c" / "dark_series_0c_10s.00000001.DARK.FIT");
    EXPECT_EQ(sbig->info().role, ImageRole::dark);
    EXPECT_EQ(sbig->info().exposure, Seconds(10));
    EXPECT_NEAR(sbig->info().temperature_c.value_or(99), 0.189, 1e-3);
    EXPECT_EQ(sbig->format().kind, PixelKind::mono);
    EXPECT_EQ(fits_time_text(*sbig->info().start_utc), "2019-09-06T19:45:51.883");

    const auto hat = open_fits(*data / "microobs-hatp32" / "HATP-32171220071512.FITS");
    EXPECT_EQ(fits_time_text(*hat->info().start_utc), "2017-12-20T07:15:12.190");  // written as 00:15-0700
    EXPECT_EQ(hat->info().exposure, Seconds(60));
    EXPECT_DOUBLE_EQ(hat->info().ra_deg.value_or(0), 31.312099);

    const auto dwarf = open_fits(*data / "derived-dwarf2-m94-b" /
                                 "DWARF_RAW_M94_EXP_10_GAIN_80_2025-03-27-01-45-13-000" / "0000.fits");
    EXPECT_EQ(dwarf->format(), (StreamFormat{1920, 1080, PixelKind::cfa, CfaPattern::gbrg}));
    EXPECT_EQ(dwarf->info().binning, 2);
    EXPECT_EQ(dwarf->info().exposure, Seconds(10));
    EXPECT_DOUBLE_EQ(dwarf->info().ra_deg.value_or(0), 12.871389 * 15);
}

}  // namespace
}  // namespace nightstack::io
