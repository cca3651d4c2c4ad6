// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/layout/grid_names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "pipeline/core/natural_order.h"

namespace nightstack {
namespace {

using Names = std::vector<std::string>;

std::vector<int> order_of(const Names& names) { return read_names(names).order; }

TEST(GridNames, SayRowAndColumn) {
    for (const auto& [before, between, after] : {std::tuple{"", "_", ""},
                                                 {"pano_", "-", ""},
                                                 {"r", "c", ""},
                                                 {"row", "_col", "_final"},
                                                 {"M31 ", "x", " b"}}) {
        Names names;
        for (int r = 1; r <= 3; ++r)
            for (int c = 1; c <= 12; ++c)
                names.push_back(before + std::to_string(r) + between + std::to_string(c) + after);
        const NameOrder found = read_names(names);
        ASSERT_TRUE(found.is_grid) << names[0];
        for (std::size_t i = 0; i < names.size(); ++i) {
            ASSERT_TRUE(found.places[i]);
            EXPECT_EQ(*found.places[i], (GridPlace{static_cast<int>(i) / 12, static_cast<int>(i) % 12}));
        }
    }
}

TEST(GridNames, OfCountersAndTimesAreNoGrid) {
    for (const Names& names :
         {Names{"IMG_0001", "IMG_0002", "IMG_0003", "IMG_0004"}, Names{"1", "2", "3"},
          Names{"20240103-221501", "20240103-221512", "20240103-221523"},
          Names{"DWARF_2024-01-03-22-15-01-123", "DWARF_2024-01-03-22-15-02-311", "DWARF_2024-01-03-22-15-04-007"},
          Names{"pano_1_01", "pano_1_02", "pano_1_03"}, Names{"a", "b", "c"}, Names{}}) {
        const NameOrder found = read_names(names);
        EXPECT_FALSE(found.is_grid) << (names.empty() ? "" : names[0]);
        EXPECT_EQ(found.places.size(), names.size());
        std::vector<int> straight(names.size());
        for (std::size_t i = 0; i < straight.size(); ++i) straight[i] = static_cast<int>(i);
        EXPECT_EQ(found.order, straight);
    }
}

TEST(GridNames, LeaveStraysWithoutAPlace) {
    const NameOrder found = read_names(Names{"0_0", "0_1", "holiday", "1_0", "1_1", "IMG_7_3", "a1000_2"});
    EXPECT_TRUE(found.is_grid);
    EXPECT_FALSE(found.places[2]);
    EXPECT_FALSE(found.places[5]);
    EXPECT_FALSE(found.places[6]);
    EXPECT_EQ(*found.places[4], (GridPlace{1, 1}));
}

TEST(GridNames, NeedMostOfTheGridAndNoPlaceTwice) {
    EXPECT_FALSE(read_names(Names{"0_0", "5_7", "9_2"}).is_grid);
    EXPECT_FALSE(read_names(Names{"1_1", "01_1", "1_2", "2_1", "2_2"}).is_grid);
    EXPECT_TRUE(read_names(Names{"1_1", "1_2", "2_1"}).is_grid);
}

TEST(GridNames, AreHostile) {
    const std::string digits(1000, '7'), zeros(1000, '0');
    const Names names = {digits,
                         digits + "_1",
                         "1_" + digits,
                         zeros + "1",
                         zeros,
                         "",
                         "_",
                         "1_",
                         "_1",
                         "\xff\xfe_1_2",
                         std::string("a\0b_1_1", 7),
                         "999999999999999999999999_1",
                         "-1_-1",
                         "../../etc_1_1",
                         "1_2",
                         "\n1_3",
                         "1e9_1e9"};
    const NameOrder found = read_names(names);
    EXPECT_EQ(found.order.size(), names.size());
    std::vector<int> sorted = found.order;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i) EXPECT_EQ(sorted[i], static_cast<int>(i));
    const Names thousand(1000, std::string(1000, '8') + "_" + std::string(3, '9'));
    EXPECT_EQ(read_names(thousand).order.size(), 1000u);
}

TEST(NaturalOrder, IsThatOfPeople) {
    EXPECT_EQ(order_of({"tile10", "tile9", "tile1"}), (std::vector<int>{2, 1, 0}));
    EXPECT_EQ(order_of({"2_10", "2_9", "1_11"}), (std::vector<int>{2, 1, 0}));
    EXPECT_EQ(order_of({"b", "a", "A"}), (std::vector<int>{2, 1, 0}));
    EXPECT_EQ(order_of({"7", "007", "8"}), (std::vector<int>{1, 0, 2}));
    EXPECT_TRUE(natural_less("a9", "a10"));
    EXPECT_TRUE(natural_less("a", "a1"));
    EXPECT_TRUE(natural_less(std::string(999, '9'), "1" + std::string(999, '0')));
    EXPECT_FALSE(natural_less("x", "x"));
}

// Sorting goes wrong, or beyond its memory, with anything that is no order.
TEST(NaturalOrder, IsAnOrder) {
    std::mt19937 rng(8);
    const std::string letters = "0012a_\xff";
    Names names;
    for (int i = 0; i < 60; ++i) {
        std::string s;
        for (auto k = rng() % 6; k > 0; --k) s += letters[rng() % letters.size()];
        names.push_back(s);
    }
    for (const auto& a : names) {
        EXPECT_FALSE(natural_less(a, a));
        for (const auto& b : names) {
            EXPECT_EQ(natural_less(a, b) || natural_less(b, a), a != b) << a << " " << b;
            EXPECT_FALSE(natural_less(a, b) && natural_less(b, a));
            for (const auto& c : names)
                if (natural_less(a, b) && natural_less(b, c)) {
                    EXPECT_TRUE(natural_less(a, c)) << a << b << c;
                }
        }
    }
}

}  // namespace
}  // namespace nightstack
