// SPDX-License-Identifier: MIT
#include "device/sim/card/card_tree.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::device::sim {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(CardTree, HasTheFoldersOfACard) {
    const test::TempFolder folder;
    const CardTree tree(folder.path(), {});
    EXPECT_TRUE(fs::is_directory(folder / "DWARF_II/Astronomy"));
    EXPECT_TRUE(tree.has("Normal_Photos"));
    EXPECT_FALSE(tree.has("Videos"));
}

TEST(CardTree, APulledCardTakesItsFilesAlong) {
    const test::TempFolder folder;
    CardTree tree(folder.path(), {});
    tree.write("Astronomy/a", "1");
    tree.show(false);
    EXPECT_FALSE(fs::exists(folder / "DWARF_II"));
    tree.write("Astronomy/b", "taken before, written late");
    EXPECT_FALSE(fs::exists(folder / "DWARF_II"));
    tree.show(false);
    tree.show(true);
    EXPECT_EQ(text_of(folder / "DWARF_II/Astronomy/a"), "1");
    EXPECT_EQ(text_of(folder / "DWARF_II/Astronomy/b"), "taken before, written late");
    EXPECT_FALSE(fs::exists(folder / ".DWARF_II.away"));
}

TEST(CardTree, ComesBackWithTheNextTwin) {
    const test::TempFolder folder;
    fs::create_directories(folder / ".DWARF_II.away/Astronomy/old");
    const CardTree tree(folder.path(), {});
    EXPECT_TRUE(fs::exists(folder / "DWARF_II/Astronomy/old"));
}

// In the middle of a file: what is written later belongs to the card that is away.
TEST(CardTree, PulledWhileAFileGrows) {
    const test::TempFolder folder;
    CardTree* card = nullptr;
    CardTree tree(folder.path(), [&](std::chrono::milliseconds) { card->show(false); });
    card = &tree;
    EXPECT_TRUE(tree.write("Astronomy/f", "0123456789", {0.5, 1, 10}));
    EXPECT_FALSE(fs::exists(folder / "DWARF_II"));
    tree.show(true);
    EXPECT_EQ(text_of(folder / "DWARF_II/Astronomy/f"), "0123456789");
}

TEST(CardTree, HurryEndsAPause) {
    const test::TempFolder folder;
    CardTree tree(folder.path(), {});
    const auto begin = std::chrono::steady_clock::now();
    std::jthread other([&] { tree.hurry(); });
    EXPECT_TRUE(tree.write("f", "0123456789", {0.5, 1, 60'000}));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
    EXPECT_EQ(text_of(folder / "DWARF_II/f"), "0123456789");
}

TEST(CardTree, ReplacesAndExtends) {
    const test::TempFolder folder;
    CardTree tree(folder.path(), {});
    tree.write("f", "long long ago");
    tree.write("f", "head1 a");
    tree.extend("f", "head2", " b");
    EXPECT_EQ(text_of(folder / "DWARF_II/f"), "head2 a b");
}

TEST(CardTree, SaysWhatCannotBeWritten) {
    const test::TempFolder folder;
    CardTree tree(folder.path(), {});
    tree.write("f", "file");
    fs::create_symlink("/etc/passwd", folder / "DWARF_II/link");
    for (const char* name : {"f/g", "Astronomy", "link"}) {
        try {
            tree.write(name, "x");
            FAIL() << name;
        } catch (const IoError& e) {
            EXPECT_THAT(e.what(), testing::HasSubstr("DWARF_II")) << name;
        }
    }
    EXPECT_THROW(CardTree("/dev/null/none", {}), IoError);
}

}  // namespace
}  // namespace nightstack::device::sim
