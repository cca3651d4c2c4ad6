// SPDX-License-Identifier: MIT
// A deep zoom's folder takes the place of another deep zoom's, and of nothing else.
#include "io/pano_files/deep_zoom_folder.h"

#include <gtest/gtest.h>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;

class DeepZoomFolderTest : public testing::Test {
protected:
    fs::path files() const { return temp_.path() / "a_files"; }
    fs::path dzi() const { return temp_.path() / "a.dzi"; }
    std::size_t entries() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(temp_.path()), {}));
    }

    nightstack::test::TempFolder temp_;
};

TEST_F(DeepZoomFolderTest, IsKnownByEveryNameInIt) {
    EXPECT_FALSE(is_deep_zoom_folder(files())) << "absent";
    fs::create_directories(files());
    EXPECT_TRUE(is_deep_zoom_folder(files())) << "empty";
    for (const char* name : {"a_files/0/0_0.jpg", "a_files/12/3_104.png"}) temp_.put(name);
    EXPECT_TRUE(is_deep_zoom_folder(files()));
    for (const char* name :
         {"a_files/notes.txt", "a_files/12/notes.txt", "a_files/12/3_.jpg", "a_files/12/_3.jpg", "a_files/12/3.jpg",
          "a_files/12/3_4.tif", "a_files/b/0_0.jpg", "a_files/3", "a_files/12/4_4.jpg/x", "a_files/1/.hidden"}) {
        temp_.put(name);
        EXPECT_FALSE(is_deep_zoom_folder(files())) << name;
        fs::path added = temp_.path() / name;
        if (added.filename() == "x") added = added.parent_path();
        fs::remove_all(added);
        if (added.parent_path() == files() / "b") fs::remove(files() / "b");
        ASSERT_TRUE(is_deep_zoom_folder(files())) << name;
    }
    fs::create_directory_symlink(files(), temp_.path() / "b_files");
    EXPECT_FALSE(is_deep_zoom_folder(temp_.path() / "b_files")) << "a link";
    fs::create_symlink(temp_.path(), files() / "7");
    EXPECT_FALSE(is_deep_zoom_folder(files())) << "a link in it";
}

TEST_F(DeepZoomFolderTest, ReplacesADeepZoomWhole) {
    temp_.put("a_files/0/0_0.jpg");
    EXPECT_THROW(DeepZoomFolder(dzi(), Overwrite::no), OptionError);
    {
        DeepZoomFolder folder(dzi(), Overwrite::yes);
        make_new_folder(folder.path() / "5");
        EXPECT_THROW(make_new_folder(folder.path() / "5"), IoError);
        folder.publish();
        EXPECT_TRUE(fs::is_directory(files() / "5"));
    }
    EXPECT_FALSE(fs::exists(files() / "0"));
    EXPECT_EQ(entries(), 1u);
}

TEST_F(DeepZoomFolderTest, WhatIsNoneStaysAsItWas) {
    temp_.put("a_files/letter.txt");
    EXPECT_THROW(DeepZoomFolder(dzi(), Overwrite::yes), OptionError);
    fs::rename(files(), temp_.path() / "aside");
    {
        DeepZoomFolder folder(dzi(), Overwrite::yes);
        fs::rename(temp_.path() / "aside", files());  // it came while the panorama was made
        EXPECT_THROW(folder.publish(), OptionError);
    }
    EXPECT_TRUE(fs::exists(files() / "letter.txt"));
    EXPECT_EQ(entries(), 1u);
}

}  // namespace
}  // namespace nightstack::io
