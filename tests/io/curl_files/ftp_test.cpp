// SPDX-License-Identifier: MIT
// Our FTP client against vsftpd, as a scope runs it, and a server of the tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "io/files/sha256.h"
#include "tests/io/curl_files/helpers.h"

namespace nightstack::io::test {
namespace {

namespace fs = std::filesystem;
using Kind = RemoteError::Kind;
using testing::HasSubstr;
using testing::Not;

void make_card(const fs::path& card) {
    fs::create_directories(card / "Astronomy/M 31 100%");
    std::ofstream(card / "Astronomy/M 31 100%/shots#Info?.json") << "{}";
    std::ofstream(card / "empty.fits");
    std::ofstream(card / "M\xc3\xbcll.txt") << "x";
    fs::create_symlink("empty.fits", card / "link");
    fs::last_write_time(card / "empty.fits", fs::file_time_type::clock::from_sys(
                                                 std::chrono::sys_seconds(std::chrono::seconds(1'705'611'845))));
}

std::map<std::string, RemoteEntry> by_name(const std::vector<RemoteEntry>& entries) {
    std::map<std::string, RemoteEntry> map;
    for (const RemoteEntry& entry : entries) map[entry.name] = entry;
    return map;
}

TEST(Ftp, Vsftpd) {
    const Served server = Served::vsftpd();
    make_card(server.card());
    const std::string sum = make_file(server.card() / "big.bin", 3'000'001, 1);
    const auto files = connect_ftp(ftp_to(server.port()), {});
    EXPECT_EQ(files->where(), "ftp://anonymous@127.0.0.1:" + std::to_string(server.port()) + "/");
    auto found = by_name(files->list("", {}));
    EXPECT_EQ(found.size(), 5U);
    EXPECT_EQ(found["big.bin"].bytes, 3'000'001U);
    EXPECT_EQ(found["link"].kind, RemoteEntry::Kind::other);
    EXPECT_EQ(found["Astronomy"].kind, RemoteEntry::Kind::folder);
    EXPECT_EQ(found["M\xc3\xbcll.txt"].bytes, 1U);
    EXPECT_EQ(sha256_of(*files, "big.bin"), sum);
    EXPECT_EQ(files->list("Astronomy/M 31 100%", {}).at(0).name, "shots#Info?.json");
    const RemoteEntry info = files->stat("Astronomy/M 31 100%/shots#Info?.json", {});
    EXPECT_EQ(info.name, "shots#Info?.json");
    EXPECT_EQ(info.bytes, 2U);
    EXPECT_EQ(files->stat("", {}).kind, RemoteEntry::Kind::folder);
    EXPECT_EQ(files->stat("Astronomy/M 31 100%", {}).kind, RemoteEntry::Kind::folder);
    EXPECT_EQ(files->stat("empty.fits", {}).bytes, 0U);
    EXPECT_EQ(files->stat("empty.fits", {}).modified_s, 1'705'611'845);
    EXPECT_EQ(sha256_of(*files, "empty.fits").substr(0, 8), "e3b0c442");
}

TEST(Ftp, ResumesAndEndsWhereAsked) {
    const Served server = Served::vsftpd();
    const std::string sum = make_file(server.card() / "big.bin", 2'000'003, 2);
    const auto files = connect_ftp(ftp_to(server.port()), {});
    Sha256 hash;
    std::uint64_t at = 0;
    const auto take = [&](std::span<const std::byte> bytes) {
        hash.add(bytes);
        return true;
    };
    for (const std::uint64_t count : {1ULL, 65'536ULL, 1'000'000ULL, 900'000ULL, 34'466ULL, 5'000'000ULL}) {
        const std::uint64_t came = files->read("big.bin", at, count, take, {});
        EXPECT_EQ(came, std::min<std::uint64_t>(count, 2'000'003 - at));
        at += came;
    }
    EXPECT_EQ(hash.hex(), sum);
    EXPECT_EQ(files->read("big.bin", 2'000'003, 10, take, {}), 0U);
    EXPECT_EQ(files->read("big.bin", 3'000'000, 10, take, {}), 0U);
    EXPECT_EQ(files->read("big.bin", 0, 0, take, {}), 0U);
    int pieces = 0;
    files->read("big.bin", 0, UINT64_MAX, [&](auto) { return ++pieces < 2; }, {});
    EXPECT_EQ(pieces, 2);
    EXPECT_THROW(files->read("big.bin", 0, 10, [](auto) -> bool { throw IoError("disk full"); }, {}), IoError);
    EXPECT_EQ(files->list("", {}).size(), 1U);
}

TEST(Ftp, WhatIsNotThere) {
    const Served server = Served::vsftpd();
    make_card(server.card());
    FtpOptions o = ftp_to(server.port());
    const auto files = connect_ftp(o, {});
    remote_error([&] { files->stat("none", {}); }, Kind::missing);
    remote_error([&] { files->stat("none/none", {}); }, Kind::missing);
    remote_error([&] { files->list("none", {}); }, Kind::missing);
    remote_error([&] { files->read("none", 0, 9, take_all, {}); }, Kind::missing);
    remote_error([&] { files->read("none/x", 0, 9, take_all, {}); }, Kind::missing);
    remote_error([&] { files->stat("../x", {}); }, Kind::broken);
    remote_error([&] { files->stat("a\r\nDELE b", {}); }, Kind::broken);
    remote_error([&] { files->list("a\nDELE b", {}); }, Kind::broken);
    EXPECT_EQ(files->list("", {}).size(), 4U);  // none of it harmed the connection
    o.limits.file_bytes = 0;
    remote_error([&] { connect_ftp(o, {})->stat("M\xc3\xbcll.txt", {}); }, Kind::broken);
    remote_error([&] { connect_ftp(o, {})->read("M\xc3\xbcll.txt", 0, 1, take_all, {}); }, Kind::broken);
    o.root = "absent";
    remote_error([&] { connect_ftp(o, {}); }, Kind::missing);
    o.root = "Astronomy";
    EXPECT_EQ(connect_ftp(o, {})->list("", {}).at(0).name, "M 31 100%");
    o.root = server.card().string() + "/Astronomy";  // from the root of the server
    EXPECT_EQ(connect_ftp(o, {})->list("M 31 100%", {}).size(), 1U);
}

TEST(Ftp, LogsInAsAnonymousThenAsTheVendorSays) {
    const Served server = Served::test_ftp("ftp", "rockchip");
    FtpOptions o = ftp_to(server.port());
    EXPECT_THAT(connect_ftp(o, {})->where(), HasSubstr("ftp://ftp@127.0.0.1"));
    EXPECT_THAT(server.asked(), HasSubstr("USER anonymous\nPASS \nUSER ftp\nPASS rockchip\n"));
    o.logins = {{"anonymous", ""}, {"ftp", "hunter2"}};
    const std::string text = remote_error([&] { connect_ftp(o, {}); }, Kind::refused);
    EXPECT_THAT(text, HasSubstr("password refused for anonymous@127.0.0.1, ftp@127.0.0.1"));
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST(Ftp, TheLogInThatWasTakenComesFirstTheNextTime) {
    const Served server = Served::test_ftp("ftp", "rockchip");
    const RemoteConnector connect = ftp_connector(ftp_to(server.port()));
    for (int i = 0; i < 3; ++i) connect({})->list("", {});
    const std::string asked = server.asked();
    const std::size_t first = asked.find("USER anonymous");
    EXPECT_NE(first, std::string::npos);
    EXPECT_EQ(asked.find("USER anonymous", first + 1), std::string::npos) << asked;
}

TEST(Ftp, ServersThatKnowMoreOrLess) {
    const Served server = Served::test_ftp();
    make_card(server.card());
    for (const char* words : {"", "mlsd", "noepsv", "elsewhere\nnoepsv", "nosize", "mlsd\nnosize"}) {
        server.fault(words);
        const auto files = connect_ftp(ftp_to(server.port()), {});
        EXPECT_EQ(files->list("", {}).size(), 4U) << words;
        EXPECT_EQ(files->stat("M\xc3\xbcll.txt", {}).bytes, 1U) << words;
        EXPECT_EQ(files->read("M\xc3\xbcll.txt", 0, 9, take_all, {}), 1U) << words;
    }
}

TEST(Ftp, FilesThatGrowAndShrink) {
    const Served server = Served::test_ftp();
    make_file(server.card() / "f", 1'000'000, 3);
    const auto files = connect_ftp(ftp_to(server.port()), {});
    server.fault("grow");
    const std::uint64_t grown = files->read("f", 0, UINT64_MAX, take_all, {});
    EXPECT_GE(grown, 500'000U);
    EXPECT_LE(grown, 1'000'000U);
    EXPECT_EQ(files->read("f", 0, 500'000, take_all, {}), 500'000U);
    server.fault("shrink 300000");
    remote_error([&] { files->read("f", 0, UINT64_MAX, take_all, {}); }, Kind::lost);
    server.fault("");
    fs::resize_file(server.card() / "f", 300'000);
    EXPECT_EQ(files->read("f", 300'000, UINT64_MAX, take_all, {}), 0U);
    EXPECT_EQ(files->read("f", 299'000, UINT64_MAX, take_all, {}), 1'000U);
}

TEST(Ftp, HostileListings) {
    const Served server = Served::test_ftp();
    const auto files = connect_ftp(ftp_to(server.port()), {});
    server.fault(R"(list -rw-r--r-- 1 0 0 5 Jan 18 21:04 ../../etc/passwd\n)");
    remote_error([&] { files->list("", {}); }, Kind::broken);
    server.fault(R"(list no listing at all\x1b[2J\n)");
    EXPECT_THAT(remote_error([&] { files->list("", {}); }, Kind::broken), Not(HasSubstr("\x1b")));
    server.fault(R"(list -rw-r--r-- 1 0 0 5 Jan 18 21:04 -rf \x07\n)");
    EXPECT_EQ(files->list("", {}).at(0).name, "-rf \x07");
}

}  // namespace
}  // namespace nightstack::io::test
