// SPDX-License-Identifier: MIT
#include "pipeline/core/cfa.h"

#include <gtest/gtest.h>

namespace nightstack {
namespace {

constexpr CfaPattern kAll[] = {CfaPattern::rggb, CfaPattern::grbg, CfaPattern::gbrg, CfaPattern::bggr};

char letter(Colour c) { return "RGB"[static_cast<int>(c)]; }

TEST(Cfa, NameReadsTheTopLeftBlockRowByRow) {
    for (const CfaPattern p : kAll) {
        const std::string block{letter(colour_at(p, 0, 0)), letter(colour_at(p, 1, 0)), letter(colour_at(p, 0, 1)),
                                letter(colour_at(p, 1, 1))};
        EXPECT_EQ(block, name(p));
    }
}

TEST(Cfa, ParseAcceptsBlanksAndLowerCase) {
    EXPECT_EQ(parse_cfa_pattern(" gbrg  "), CfaPattern::gbrg);
    EXPECT_EQ(parse_cfa_pattern("RGBG"), std::nullopt);
    EXPECT_EQ(parse_cfa_pattern(""), std::nullopt);
}

TEST(Cfa, ShiftedPatternSeesTheSameColours) {
    for (const CfaPattern p : kAll) {
        for (int dy = 0; dy < 3; ++dy) {
            for (int dx = 0; dx < 3; ++dx) {
                EXPECT_EQ(colour_at(shifted(p, dx, dy), 4, 7), colour_at(p, 4 + dx, 7 + dy)) << name(p);
            }
        }
    }
}

TEST(Cfa, FlippedRowsSeeTheSameColours) {
    for (const CfaPattern p : kAll) {
        for (const int height : {6, 7}) {
            for (int y = 0; y < height; ++y) {
                EXPECT_EQ(colour_at(flipped_rows(p, height), 1, y), colour_at(p, 1, height - 1 - y)) << name(p);
            }
        }
    }
}

}  // namespace
}  // namespace nightstack
