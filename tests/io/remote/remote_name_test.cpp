// SPDX-License-Identifier: MIT
#include "io/remote/remote_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "io/remote/remote_files.h"

namespace nightstack::io {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

TEST(RemoteName, OrdinaryNamesStayAsTheyAre) {
    for (const char* name : {"shotsInfo.json", "DWARF_RAW_M 31_EXP_15_GAIN_80_2023-06-10-21-38-19-442",
                             "failed_0007_M31_15s60.fits", "a", "0", "img_stacked_counter.jpg"})
        EXPECT_EQ(local_name(name).text, name);
}

struct Case {
    std::string remote, local;  // "" refused
};

TEST(RemoteName, HostileOnes) {
    const std::vector<Case> cases = {
        {"", ""},
        {".", ""},
        {"..", ""},
        {"../../etc/passwd", ""},
        {"/etc/passwd", ""},
        {"/abs.fits", ""},
        {"a/b.fits", ""},
        {"a/", ""},
        {"/", ""},
        {"a\0b.fits"s, ""},
        {"\0"s, ""},
        {"a\0/../../etc/passwd"s, ""},
        {std::string(300, 'a') + ".fits", ""},
        {std::string(60, '\xff'), ""},
        {std::string(100'000, '/'), ""},
        {std::string(129, 'x'), ""},
        {".bashrc", "%2Ebashrc"},
        {".ssh", "%2Essh"},
        {".M31.fits.part", "%2EM31.fits.part"},
        {"...", "%2E%2E%2E"},
        {"-rf", "%2Drf"},
        {"--help", "%2D-help"},
        {"a..b.fits", "a.%2Eb.fits"},
        {"..\\..\\boot.ini", "%2E%2E%5C.%2E%5Cboot.ini"},
        {"C:\\x", "C%3A%5Cx"},
        {"x.fits[1:8,1:8]", "x.fits%5B1%3A8%2C1%3A8%5D"},
        {"!x.fits", "%21x.fits"},
        {"x|rm -rf ~", "x%7Crm -rf %7E"},
        {"$(reboot).fits", "%24%28reboot%29.fits"},
        {"`id`.fits", "%60id%60.fits"},
        {"\x1b[31mred\x1b[0m.fits", "%1B%5B31mred%1B%5B0m.fits"},
        {"\x1b]0;title\x07", "%1B%5D0%3Btitle%07"},
        {"a\nb\r.fits", "a%0Ab%0D.fits"},
        {"\xff\xfe.fits", "%FF%FE.fits"},
        {"M\xc3\xbcll.fits", "M%C3%BCll.fits"},
        {"\xe2\x80\xaestif.exe", "%E2%80%AEstif.exe"},
        {" x", "%20x"},
        {"x ", "x%20"},
        {"x.", "x%2E"},
        {"%2E%2E", "%252E%252E"},
        {"a%2Fb", "a%252Fb"},
        {"http://x", ""},
        {"mem:x", "mem%3Ax"},
        {"NGC 7000 (North).fits", "NGC 7000 %28North%29.fits"},
        {"~root", "%7Eroot"},
        {"a;b&c", "a%3Bb%26c"},
        {"*", "%2A"},
        {"\x7f", "%7F"},
    };
    EXPECT_GE(cases.size(), 45U);
    for (const Case& c : cases) {
        const LocalName name = local_name(c.remote);
        EXPECT_EQ(name.text, c.local) << c.remote;
        EXPECT_EQ(name.taken(), !c.local.empty()) << c.remote;
        for (const char byte : name.refusal) EXPECT_GE(byte, ' ') << c.remote;
        EXPECT_LT(name.refusal.size(), 500U);
    }
}

// Whatever bytes come: nothing that leads elsewhere, hides or is an option, and no two names become one.
TEST(RemoteName, AnyBytesAtAll) {
    std::mt19937 dice(7);
    constexpr std::string_view kMean =
        "./-% \\\0\x1b\xff"
        "aZ9";
    std::set<std::string> remote, local;
    for (int i = 0; i < 20'000; ++i) {
        std::string name;
        for (std::size_t n = dice() % 8; n > 0; --n)
            name += dice() % 4 == 0 ? static_cast<char>(dice()) : kMean[dice() % kMean.size()];
        if (!remote.insert(name).second) continue;
        const LocalName got = local_name(name);
        if (!got.taken()) continue;
        EXPECT_TRUE(local.insert(got.text).second) << got.text;
        EXPECT_EQ(got.text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-% "),
                  std::string::npos);
        EXPECT_EQ(got.text.find(".."), std::string::npos);
        EXPECT_TRUE(got.text[0] != '.' && got.text[0] != '-') << got.text;
        EXPECT_LE(got.text.size(), kLongestLocalName);
    }
    EXPECT_GT(local.size(), 5'000U);
}

TEST(RemoteName, NamesThatDifferInCaseAloneStayTwoFiles) {
    LocalNames names;
    EXPECT_EQ(names.add("M31.fits").text, "M31.fits");
    const std::string second = names.add("m31.FITS").text;
    EXPECT_EQ(second.substr(0, 4), "m31-");
    EXPECT_EQ(second.size(), std::string("m31-12345678.FITS").size());
    EXPECT_THAT(names.add("M31.fits").refusal, HasSubstr("twice"));
    LocalNames again;
    again.add("M31.fits");
    EXPECT_EQ(again.add("m31.FITS").text, second);
    LocalNames narrow;
    narrow.add(std::string(125, 'a'));
    EXPECT_THAT(narrow.add(std::string(125, 'A')).refusal, HasSubstr("case"));
    EXPECT_FALSE(narrow.add("../x").taken());
}

TEST(RemotePath, OnlyDownwards) {
    for (const char* good : {"", "a", "a/b", "DWARF_II/Astronomy/M 31", "..a/b..", ".hidden"})
        EXPECT_NO_THROW(check_remote_path(good)) << good;
    for (const std::string& bad : {"/"s, "/a"s, "a/"s, "a//b"s, "."s, ".."s, "a/.."s, "../a"s, "a/./b"s, "a/../../b"s,
                                   "a\0b"s, std::string(5000, 'a')}) {
        try {
            check_remote_path(bad);
            ADD_FAILURE() << bad;
        } catch (const RemoteError& e) {
            EXPECT_EQ(e.kind(), RemoteError::Kind::broken);
        }
    }
    EXPECT_EQ(joined_path("", "a"), "a");
    EXPECT_EQ(joined_path("a/b", "c d"), "a/b/c d");
    for (const char* bad : {"", ".", "..", "a/b", "/a"}) EXPECT_THROW(joined_path("a", bad), RemoteError) << bad;
}

}  // namespace
}  // namespace nightstack::io
