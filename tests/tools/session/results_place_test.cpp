// SPDX-License-Identifier: MIT
#include "tools/session/results_place.h"

#include <gtest/gtest.h>

#include <fstream>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;

fs::path place_of(const fs::path& given) {
    io::Session session;
    session.given = given;
    return results_folder({}, session);
}

TEST(ResultsFolder, LiesBesideTheFolderNamedOrTheFolderOfTheFilesNamed) {
    const test::TempFolder temp;
    const fs::path root = fs::canonical(temp.path());
    fs::create_directories(root / "card/night");
    std::ofstream(root / "card/night/0.fits") << "x";
    fs::create_directory_symlink(root / "card/night", root / "link");
    EXPECT_EQ(place_of(root / "card"), root / "nightstack");
    EXPECT_EQ(place_of(root / "card/"), root / "nightstack");
    EXPECT_EQ(place_of(root / "card/night/../."), root / "nightstack");
    EXPECT_EQ(place_of(root / "card/night"), root / "card/nightstack");
    EXPECT_EQ(place_of(root / "card/night/0.fits"), root / "card/nightstack");
    EXPECT_EQ(place_of(root / "link"), root / "nightstack") << "a link lies where it is named";
    EXPECT_EQ(place_of(root / "link/.."), root / "nightstack") << "but leads where it points: above night is card";
}

TEST(ResultsFolder, IsAsWishedWithOut) {
    StackOptions options;
    options.out = "there";
    EXPECT_EQ(results_folder(options, {}), "there");
}

TEST(MadeFolder, GoesAgainWhenNothingWasPutIntoIt) {
    const test::TempFolder temp;
    const fs::path wanted = temp / "a/b/";
    {
        const MadeFolder made(wanted);
        EXPECT_TRUE(fs::is_directory(wanted));
    }
    EXPECT_FALSE(fs::exists(temp / "a"));
    {
        const MadeFolder made(wanted);
        std::ofstream(wanted / "result") << "x";
    }
    EXPECT_TRUE(fs::exists(wanted / "result"));
    fs::remove(wanted / "result");
    { const MadeFolder there_already(wanted); }
    EXPECT_TRUE(fs::exists(wanted)) << "what it has not made is not its own";
    std::ofstream(temp / "file") << "x";
    EXPECT_THROW(MadeFolder(temp / "file/a"), IoError);
}

}  // namespace
}  // namespace nightstack::tools
