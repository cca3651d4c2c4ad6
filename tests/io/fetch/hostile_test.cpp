// SPDX-License-Identifier: MIT
// A server that wants out of the folder it is given, and traps laid in that folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "io/fetch/fetcher.h"
#include "tests/io/fetch/memory_card.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io::test {
namespace {

using nightstack::test::TempFolder;
using testing::HasSubstr;
namespace fs = std::filesystem;
using namespace std::string_literals;

struct HostileTest : testing::Test {
    HostileTest() {
        fs::create_directories(temp / "around/home/.ssh");
        std::ofstream(temp / "around/home/.ssh/authorized_keys") << "mine";
        std::ofstream(temp / "around/passwd") << "root";
        fs::create_directories(mirror());
        before = everything_but_the_mirror();
    }
    fs::path mirror() const { return temp / "around/mirror"; }
    std::map<std::string, std::string> everything_but_the_mirror() const {
        auto all = everything_below(temp.path());
        std::erase_if(all, [](const auto& f) { return f.first.rfind("around/mirror/", 0) == 0; });
        return all;
    }
    FetchResult fetch() {
        options.to = mirror();
        options.reserve_bytes = 0;
        FetchResult result = Fetcher(card.connector(), options, told.watcher(), time.clock()).once({});
        EXPECT_EQ(everything_but_the_mirror(), before);
        return result;
    }

    TempFolder temp;
    MemoryCard card;
    TestTime time;
    FetchOptions options;
    Told told;
    std::map<std::string, std::string> before;
};

TEST_F(HostileTest, ThirtyNamesLeadNowhere) {
    const std::vector<std::string> names{"..",
                                         ".",
                                         "",
                                         "../passwd",
                                         "../../around/passwd",
                                         "/etc/passwd",
                                         "/tmp/x",
                                         "a/b",
                                         "..\\passwd",
                                         "x\0y"s,
                                         "-rf",
                                         "--help",
                                         ".ssh",
                                         ".bashrc",
                                         ".nightstack-mirror",
                                         ".0000.fits.nightstack.part",
                                         " ",
                                         "  x",
                                         "x ",
                                         "x.",
                                         "..x",
                                         "x..y",
                                         "\x1b[2Jx",
                                         "a\nb",
                                         "a\rb",
                                         "\xff\xfe",
                                         "\xe2\x80\xae"
                                         "fits",
                                         "CON\tx",
                                         "%2e%2e",
                                         std::string(5000, 'x'),
                                         "$(id)",
                                         "`id`"};
    ASSERT_GE(names.size(), 30U);
    for (const std::string& name : names) {
        card.more["Astronomy/night"].push_back({name, RemoteEntry::Kind::file, 4, 5});
        card.more["Astronomy"].push_back({name, RemoteEntry::Kind::folder, {}, {}});
        if (name.find('/') == std::string::npos && !name.empty()) card.files["Astronomy/night/" + name] = {"evil", 5};
    }
    card.files["Astronomy/night/0000.fits"] = {fits_bytes(40, 30, 1)};
    const FetchResult result = fetch();
    EXPECT_EQ(result.ending, FetchResult::Ending::done) << result.why;
    EXPECT_EQ(result.left, 0U);
    EXPECT_GT(result.failed, 8U);  // refused, and said so
    EXPECT_TRUE(fs::exists(mirror() / "Astronomy/night/0000.fits"));
    for (const auto& entry : fs::recursive_directory_iterator(mirror())) {
        const std::string name = entry.path().filename();
        for (const char c : name) EXPECT_TRUE(c >= ' ' && c < 127) << name;
        if (name == ".nightstack-mirror") continue;
        EXPECT_THAT(name.substr(0, 1), testing::Not(testing::AnyOf(".", "-", " ")));
    }
    for (const FileOutcome& file : told.files)
        for (const char c : file.name + file.why)
            EXPECT_TRUE(static_cast<unsigned char>(c) >= 32 && c != 127) << file.why;
}

TEST_F(HostileTest, ALinkAtTheTemporaryNameIsNotWrittenThrough) {
    card.files["Astronomy/night/0000.fits"] = {fits_bytes(40, 30, 1)};
    fs::create_directories(mirror() / "Astronomy/night");
    fs::create_symlink(temp / "around/passwd", mirror() / "Astronomy/night/.0000.fits.nightstack.part");
    EXPECT_EQ(fetch().fresh, 1U);
    EXPECT_EQ(everything_below(mirror())["Astronomy/night/0000.fits"], card.files.begin()->second.bytes);
}

TEST_F(HostileTest, AHardLinkAtTheTemporaryNameIsNotWrittenThrough) {
    card.files["Astronomy/night/0000.fits"] = {fits_bytes(40, 30, 1)};
    fs::create_directories(mirror() / "Astronomy/night");
    fs::create_hard_link(temp / "around/passwd", mirror() / "Astronomy/night/.0000.fits.nightstack.part");
    EXPECT_EQ(fetch().fresh, 1U);
}

TEST_F(HostileTest, ALinkInPlaceOfAFolderOrAFileFailsInWords) {
    card.files["Astronomy/night/0000.fits"] = {fits_bytes(40, 30, 1)};
    card.files["Astronomy/other/0000.fits"] = {fits_bytes(40, 30, 2)};
    card.files["Astronomy/third/0000.fits"] = {fits_bytes(40, 30, 2)};
    fs::create_directories(mirror() / "Astronomy/other");
    fs::create_symlink(temp / "around/home", mirror() / "Astronomy/night");
    fs::create_symlink(temp / "around/passwd", mirror() / "Astronomy/other/0000.fits");
    const FetchResult result = fetch();
    EXPECT_EQ(result.failed, 2U);
    EXPECT_EQ(result.fresh, 1U);
    EXPECT_THAT(told.find("Astronomy/night/0000.fits")->why, HasSubstr("link"));
    EXPECT_THAT(told.find("Astronomy/other/0000.fits")->why, HasSubstr("link"));
}

TEST_F(HostileTest, ALinkAtTheRecordIsNotWrittenThrough) {
    fs::create_symlink(temp / "around/passwd", mirror() / ".nightstack-mirror");
    EXPECT_THROW(fetch(), IoError);
    EXPECT_EQ(everything_but_the_mirror(), before);
}

TEST_F(HostileTest, AFifoAtTheNamesDoesNotHangAnything) {
    card.files["Astronomy/night/0000.fits"] = {fits_bytes(40, 30, 1)};
    card.files["Astronomy/night/0001.fits"] = {fits_bytes(40, 30, 1)};
    fs::create_directories(mirror() / "Astronomy/night");
    ASSERT_EQ(::mkfifo((mirror() / "Astronomy/night/.0000.fits.nightstack.part").c_str(), 0600), 0);
    ASSERT_EQ(::mkfifo((mirror() / "Astronomy/night/0001.fits").c_str(), 0600), 0);
    const FetchResult result = fetch();
    EXPECT_EQ(result.fresh, 1U);
    EXPECT_EQ(result.failed, 1U);
}

TEST_F(HostileTest, AbsurdSizesEndInWords) {
    card.more["Astronomy/night"] = {{"a.fits", RemoteEntry::Kind::file, std::uint64_t{1} << 60, 5}};
    card.files["Astronomy/night/0000.fits"] = {fits_bytes(40, 30, 1)};
    const FetchResult result = fetch();
    EXPECT_EQ(result.fresh, 1U);
    EXPECT_EQ(result.failed, 1U);
    EXPECT_THAT(told.find("Astronomy/night/a.fits")->why, HasSubstr("are the most"));
}

}  // namespace
}  // namespace nightstack::io::test
