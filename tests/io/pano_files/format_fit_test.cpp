// SPDX-License-Identifier: MIT
#include "io/pano_files/format_fit.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

TEST(FormatFits, WhatFitsStaysAsItIs) {
    for (const PanoFormat format : {PanoFormat::jpeg, PanoFormat::png, PanoFormat::big_tiff, PanoFormat::deep_zoom}) {
        const FormatFit fit = fit_to_format(format, 65'500, 20'000);
        EXPECT_TRUE(fit.fits);
        EXPECT_EQ(fit.factor, 1);
        EXPECT_EQ(fit.width, 65'500);
        EXPECT_EQ(fit.height, 20'000);
        EXPECT_EQ(fit.why, "");
    }
}

TEST(FormatFits, WhatDoesNotIsScaledToTheLimit) {
    const FormatFit jpeg = fit_to_format(PanoFormat::jpeg, 131'000, 40'001);
    EXPECT_FALSE(jpeg.fits);
    EXPECT_EQ(jpeg.factor, 0.5);
    EXPECT_EQ(jpeg.width, 65'500);
    EXPECT_EQ(jpeg.height, 20'000);
    EXPECT_EQ(jpeg.why, "131000 x 40001 pixels are more than the 65500 a side of JPEG: scaled by 0.5000");
    EXPECT_TRUE(fit_to_format(PanoFormat::png, 131'000, 40'001).fits);
    const FormatFit tall = fit_to_format(PanoFormat::big_tiff, 10, 3'000'000);
    EXPECT_EQ(tall.height, 1'000'000);
    EXPECT_EQ(tall.width, 3);
    EXPECT_EQ(fit_to_format(PanoFormat::jpeg, 1, 1e9).width, 1) << "never nothing";
    for (double w = 65'501; w < 1e6; w = w * 1.01 + 1)
        EXPECT_EQ(fit_to_format(PanoFormat::jpeg, w, w / 3).width, 65'500);
}

TEST(FormatFits, NoCanvasIsNone) {
    EXPECT_THROW(fit_to_format(PanoFormat::jpeg, 0, 10), OptionError);
    EXPECT_THROW(fit_to_format(PanoFormat::jpeg, 10, std::nan("")), OptionError);
    EXPECT_THROW(fit_to_format(PanoFormat::jpeg, INFINITY, 10), OptionError);
}

}  // namespace
}  // namespace nightstack::io
