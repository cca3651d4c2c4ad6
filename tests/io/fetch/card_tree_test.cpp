// SPDX-License-Identifier: MIT
#include "io/fetch/card_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/io/fetch/memory_card.h"

namespace nightstack::io::test {
namespace {

CardTree walk(MemoryCard& card, const FetchOptions& options = {}) {
    const auto files = card.connector()({});
    return walk_card([&](const std::string& path) { return files->list(path, {}); }, options);
}

TEST(CardTree, SortsAllThatADwarfWrites) {
    const auto kind = [](const std::string& folder) { return card_place(folder).kind; };
    const auto group = [](const std::string& folder) { return card_place(folder).group; };
    const std::string night = "DWARF_II/Astronomy/DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954";
    EXPECT_EQ(kind(night), CardKind::session);
    EXPECT_EQ(kind(night + "/Thumbnail"), CardKind::session);
    EXPECT_EQ(group(night + "/Thumbnail"), night);
    EXPECT_EQ(kind("Astronomy/my own name"), CardKind::session);  // the first firmware
    EXPECT_EQ(kind("Astronomy/RESTACKED_DWARF_RAW_TELE_M 31_EXP_15_GAIN_60_2025-10-18-04-52-26-559"),
              CardKind::session);
    EXPECT_EQ(kind("DWARF_II/Astronomy/DWARF_DARK/exp_15_gain_80_bin_1"), CardKind::darks);
    EXPECT_EQ(group("DWARF_II/Astronomy/DWARF_DARK/exp_15_gain_80_bin_1"), "DWARF_II/Astronomy/DWARF_DARK");
    EXPECT_EQ(kind("CALI_FRAME/dark/cam_0"), CardKind::darks);
    EXPECT_EQ(kind("DWARF_II/Normal_Photos/Thumbnail"), CardKind::photos);
    EXPECT_EQ(kind("Panoramas/DWARF_PANORAMA_2024"), CardKind::panoramas);
    EXPECT_EQ(group("Panoramas/DWARF_PANORAMA_2024/x"), "Panoramas/DWARF_PANORAMA_2024");
    EXPECT_EQ(kind("DWARF_II/Astronomy/DWARF_GOTO_20230704"), CardKind::other);
    EXPECT_EQ(kind("DWARF_II/data"), CardKind::other);
    EXPECT_EQ(kind("DWARF_II/Astronomy"), CardKind::other);
    EXPECT_EQ(kind(""), CardKind::other);
}

TEST(CardTree, StaysWithinItsBounds) {
    MemoryCard card;
    card.files["a/b/c/d/e/deep.fits"] = {"x"};
    card.files["a/b/c/d/shallow.fits"] = {"x"};
    const CardTree deep = walk(card);
    EXPECT_EQ(deep.files.size(), 1U);
    EXPECT_FALSE(deep.complete);
    EXPECT_THAT(deep.cut_short, testing::HasSubstr("deeper than 4"));
    MemoryCard wide;
    for (int i = 0; i < 300; ++i) wide.files["f" + std::to_string(i)] = {"x"};
    FetchOptions few;
    few.entries = 100;
    const CardTree cut = walk(wide, few);
    EXPECT_FALSE(cut.complete);
    EXPECT_LE(cut.files.size(), 100U);
    EXPECT_TRUE(walk(wide).complete);
}

// A folder that holds itself, as a broken file system may say.
TEST(CardTree, AnEndlessTreeEnds) {
    int calls = 0;
    const auto endless = [&](const std::string&) {
        ++calls;
        return std::vector<RemoteEntry>{{"x", RemoteEntry::Kind::folder, {}, {}},
                                        {"y", RemoteEntry::Kind::folder, {}, {}}};
    };
    EXPECT_FALSE(walk_card(endless, {}).complete);
    EXPECT_EQ(calls, 1 + 2 + 4 + 8 + 16);
}

TEST(CardTree, LeavesLinksAndRefusesNames) {
    MemoryCard card;
    card.more["Astronomy/night"] = {{"link", RemoteEntry::Kind::other, {}, {}},
                                    {"..", RemoteEntry::Kind::file, 5, 5},
                                    {"ok.jpg", RemoteEntry::Kind::file, 5, 5},
                                    {"OK.jpg", RemoteEntry::Kind::file, 5, 5}};
    card.files["Astronomy/night/x.jpg"] = {"x"};
    const CardTree tree = walk(card);
    EXPECT_EQ(tree.links, 1U);
    EXPECT_EQ(tree.refused.size(), 1U);
    EXPECT_EQ(tree.files.size(), 3U);
    EXPECT_NE(tree.files[0].name, tree.files[1].name);
}

}  // namespace
}  // namespace nightstack::io::test
