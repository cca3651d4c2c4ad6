// SPDX-License-Identifier: MIT
#include "io/served/served_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

using testing::ElementsAre;
namespace fs = std::filesystem;

class ServedFolderTest : public testing::Test {
protected:
    ServedFolderTest() {
        fs::create_directories(root_ / "DWARF_II/Astronomy");
        write("DWARF_II/a.fits", "0123456789");
        write("DWARF_II/Astronomy/b", "");
        std::ofstream(outside_ / "secret") << "secret";
        fs::create_symlink(outside_ / "secret", root_ / "DWARF_II/link");
        fs::create_directory_symlink(outside_.path(), root_ / "DWARF_II/way_out");
        ::mkfifo((root_ / "DWARF_II/pipe").c_str(), 0600);
    }
    void write(const fs::path& name, const std::string& bytes) const { std::ofstream(root_ / name) << bytes; }
    std::vector<std::string> names(const ServedFolder& folder, std::string_view path) const {
        std::vector<std::string> out;
        const auto entries = folder.list(path);
        if (!entries) return {"none"};
        for (const auto& entry : *entries) out.push_back(entry.name);
        return out;
    }

    nightstack::test::TempFolder root_, outside_;
};

TEST_F(ServedFolderTest, ListsFoldersFirstAndNeitherLinksNorPipes) {
    const ServedFolder folder(root_.path());
    EXPECT_THAT(names(folder, "/"), ElementsAre("DWARF_II"));
    EXPECT_THAT(names(folder, "/DWARF_II/"), ElementsAre("Astronomy", "a.fits"));
    EXPECT_FALSE(folder.list("/DWARF_II/a.fits"));
    EXPECT_EQ(folder.stat("DWARF_II/a.fits")->bytes, 10U);
    EXPECT_TRUE(folder.stat("/DWARF_II")->folder);
    EXPECT_TRUE(folder.stat("")->folder);
}

TEST_F(ServedFolderTest, ReadsAnywhereAndSeesAFileGrow) {
    const ServedFolder folder(root_.path());
    const auto file = folder.open("//DWARF_II/./a.fits");
    ASSERT_TRUE(file);
    std::string bytes(4, ' ');
    EXPECT_EQ(file->read(8, bytes), 2U);
    EXPECT_EQ(bytes.substr(0, 2), "89");
    EXPECT_EQ(file->read(UINT64_MAX, bytes), 0U);
    write("DWARF_II/a.fits", "0123456789ab");
    EXPECT_EQ(file->now().bytes, 12U);
}

TEST_F(ServedFolderTest, NoPathLeadsOut) {
    const ServedFolder folder(root_.path());
    const std::string outside = outside_.path().filename().string();
    const std::string many(ServedFolder::kLongestPath + 1, 'a');
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "DWARF_II/../";
    const std::vector<std::string> hostile = {"..",
                                              "../" + outside + "/secret",
                                              "/DWARF_II/../../" + outside + "/secret",
                                              "/DWARF_II/link",
                                              "/DWARF_II/way_out/secret",
                                              "/DWARF_II/way_out",
                                              "/DWARF_II/pipe",
                                              std::string("DWARF_II\0/a.fits", 16),
                                              std::string("DWARF_II/a.fits\0x", 17),
                                              many,
                                              deep,
                                              "/DWARF_II/a.fits/..",
                                              "/etc/passwd",
                                              outside_.path().string() + "/secret"};
    for (const std::string& path : hostile) {
        EXPECT_FALSE(folder.stat(path)) << path;
        EXPECT_FALSE(folder.open(path)) << path;
        EXPECT_FALSE(folder.list(path)) << path;
    }
    EXPECT_FALSE(folder.open("/DWARF_II"));
    EXPECT_FALSE(folder.stat("/DWARF_II/a.fits/"));
}

TEST_F(ServedFolderTest, AHiddenCardIsAnEmptyFolderButWhatIsOpenStaysReadable) {
    std::atomic<bool> visible{true};
    const ServedFolder folder(root_.path(), [&] { return visible.load(); });
    const auto file = folder.open("DWARF_II/a.fits");
    ASSERT_TRUE(file);
    visible = false;
    EXPECT_THAT(names(folder, "/"), ElementsAre());
    EXPECT_FALSE(folder.stat("DWARF_II"));
    EXPECT_FALSE(folder.open("DWARF_II/a.fits"));
    std::string bytes(10, ' ');
    EXPECT_EQ(file->read(0, bytes), 10U);
}

TEST_F(ServedFolderTest, WhatIsNoFolderCannotBeServed) {
    EXPECT_THROW(ServedFolder(root_ / "DWARF_II/a.fits"), IoError);
    EXPECT_THROW(ServedFolder(root_ / "nothing"), IoError);
}

TEST(JoinedPath, StaysAtTheRoot) {
    EXPECT_EQ(walked_path("/a/b", "c"), "/a/b/c");
    EXPECT_EQ(walked_path("/a/b", "/c//./d/"), "/c/d");
    EXPECT_EQ(walked_path("/a/b", "../../../../x"), "/x");
    EXPECT_EQ(walked_path("/", "."), "/");
}

}  // namespace
}  // namespace nightstack::io
