// SPDX-License-Identifier: MIT
#include "tools/session/master_library.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

MasterKey key() { return {"dark", {"aa", "bb"}, "", ""}; }

TEST(MasterLibrary, GivesBackWhatWasKept) {
    const test::TempFolder folder;
    const MasterLibrary library(folder / "masters");
    EXPECT_FALSE(library.find(key(), 5, 4));
    Image<float> master(5, 4);
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 5; ++x) master.view()(x, y) = static_cast<float>(10 * y + x) + 0.25F;
    library.keep(key(), master.cview(), 2, 0.75);
    const auto found = library.find(key(), 5, 4);
    ASSERT_TRUE(found);
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 5; ++x) EXPECT_EQ(found->plane.cview()(x, y), master.cview()(x, y));
    EXPECT_EQ(found->noise, 0.75);
    EXPECT_FALSE(library.find(key(), 4, 5)) << "another size";
}

TEST(MasterLibrary, DamagedPixelsAreNotTaken) {
    const test::TempFolder folder;
    const MasterLibrary library(folder.path());
    Image<float> master(5, 4);
    for (int y = 0; y < 4; ++y) std::fill_n(master.view().row_data(y), 5, 100.0F);
    library.keep(key(), master.cview(), 2, 0.75);
    ASSERT_TRUE(library.find(key(), 5, 4));
    {
        std::fstream file(folder / (key().name() + ".fits"), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(2880 + 7);
        file.put('\1');
        ASSERT_TRUE(file.good());
    }
    EXPECT_FALSE(library.find(key(), 5, 4));
    library.keep(key(), master.cview(), 2, 0.75);
    EXPECT_TRUE(library.find(key(), 5, 4)) << "written again";
}

TEST(MasterLibrary, EveryPartOfTheKeyCounts) {
    const std::string name = key().name();
    for (const MasterKey& other : {MasterKey{"bias", {"aa", "bb"}, "", ""}, MasterKey{"dark", {"bb", "aa"}, "", ""},
                                   MasterKey{"dark", {"aa"}, "", ""}, MasterKey{"dark", {"aa", "bb"}, "cc", ""},
                                   MasterKey{"dark", {"aa", "bb"}, "", "RGGB"}})
        EXPECT_NE(other.name(), name);
}

}  // namespace
}  // namespace nightstack::tools
