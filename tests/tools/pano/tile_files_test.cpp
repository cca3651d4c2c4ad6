// SPDX-License-Identifier: MIT
#include "tools/pano/tile_files.h"

#include <gmock/gmock.h>

#include <fstream>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class TileFilesTest : public testing::Test {
protected:
    std::vector<std::string> found(const std::vector<fs::path>& inputs) {
        std::vector<std::string> out;
        for (const fs::path& p : find_tiles(inputs).files) out.push_back(p.filename().string());
        return out;
    }
    test::TempFolder temp_;
};

TEST_F(TileFilesTest, PicturesOfAFolderInTheOrderOfTheirNumbers) {
    for (const char* name : {"p10.jpg", "p9.JPG", "p2.tif", "p1.png", "notes.txt", ".hidden.jpg", "pano_thumbnail.jpg",
                             "stitched.jpg", "p-verify.png"})
        temp_.put(name);
    EXPECT_THAT(found({temp_.path()}), ElementsAre("p1.png", "p2.tif", "p9.JPG", "p10.jpg"));
    EXPECT_THAT(find_tiles(std::vector<fs::path>{temp_.path()}).notes, SizeIs(1));
}

TEST_F(TileFilesTest, WhatAnEarlierCallMadeIsNoTile) {
    for (const char* name : {"1.jpg", "2.jpg", "p.jpg", "p-2.jpg", "grown.png", "q.jpg"}) temp_.put(name);
    const auto report = [&](const std::string& name, const std::string& text) {
        std::ofstream(temp_.path() / name) << text;
    };
    report("p.json", R"({"panoramas": [{"image": "p.jpg"}, {"image": "p-2.jpg"}, 3], "preview": "grown.png"})");
    report("q.json", R"({"panoramas": {"image": "q.jpg"}})");  // none of ours
    report("r.json", std::string(100'000, '['));
    EXPECT_THAT(found({temp_.path()}), ElementsAre("1.jpg", "2.jpg", "q.jpg"));
    EXPECT_THAT(find_tiles(std::vector<fs::path>{temp_.path()}).notes, SizeIs(1));
    EXPECT_THAT(found({temp_.path() / "p.jpg"}), ElementsAre("p.jpg")) << "who names it means it";
}

TEST_F(TileFilesTest, AFolderInAFolderIsThatFolder) {
    temp_.put("pano/0_0.jpg");
    temp_.put("pano/Thumbnail/0_0.jpg");
    fs::create_directories(temp_.path() / "Thumbnail");
    EXPECT_THAT(found({temp_.path()}), ElementsAre("0_0.jpg"));
    fs::create_directories(temp_.path() / "other");
    EXPECT_THAT(found({temp_.path()}), IsEmpty()) << "which of the two is not for us to say";
}

TEST_F(TileFilesTest, NamedTwiceIsThereOnce) {
    const fs::path a = temp_.put("a.jpg");
    EXPECT_THAT(found({a, temp_.path(), temp_.path() / "." / "a.jpg"}), ElementsAre("a.jpg"));
}

TEST_F(TileFilesTest, OddNamesAreNamesLikeOthers) {
    for (const std::string name : {"-o.jpg", "two\nlines.jpg", "quote\".jpg", "\xff\xfe.jpg"}) temp_.put(name);
    fs::create_directories(temp_.path() / "folder.jpg");
    temp_.put("folder.jpg/thumbnail.jpg");
    EXPECT_THAT(found({temp_.path()}), SizeIs(4));
}

TEST_F(TileFilesTest, WhatIsNotThereIsSaid) {
    EXPECT_THROW(found({temp_.path() / "nothing"}), IoError);
    EXPECT_THROW(found({temp_.put("a.txt")}), OptionError);
    fs::create_directories(temp_.path() / "empty");
    EXPECT_THAT(found({temp_.path() / "empty"}), IsEmpty());
}

}  // namespace
}  // namespace nightstack::tools
