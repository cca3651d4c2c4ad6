// SPDX-License-Identifier: MIT
// `nightstack fetch` against servers that are not ours, as scopes run them: Dropbear with OpenSSH's sftp-server, and
// FTP that wants the log-in of the vendor's text, ftp/rockchip.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>

#include "tests/io/curl_files/helpers.h"
#include "tests/io/fetch/memory_card.h"
#include "tests/support/remote/dropbear.h"
#include "tests/support/remote/sshd.h"
#include "tests/support/remote/vsftpd.h"
#include "tests/tools/fetch/twin_card.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct OtherServers : testing::Test {
    void put_session(const fs::path& card) {
        io::test::MemoryCard memory;
        io::test::add_session(memory, "DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954", 6, 700, 500);
        for (const auto& [name, file] : memory.files) {
            fs::create_directories((card / name).parent_path());
            std::ofstream(card / name, std::ios::binary) << file.bytes;
        }
        sums = sums_of(card);
        ASSERT_EQ(sums.size(), memory.files.size());
    }
    Finished fetch(const Words& more) const {
        Words words{"fetch", "--host", "127.0.0.1", "--to", mirror.string(), "--json", "--reserve", "0"};
        words.insert(words.end(), more.begin(), more.end());
        return world.run(words);
    }
    // All is new and equal; then all is the same, and not a byte comes.
    void expect_fetched(const Words& more) const {
        const Finished first = fetch(more);
        ASSERT_EQ(first.code, 0) << first.err << first.out;
        EXPECT_EQ(last_event(first, "fetch")["new"], sums.size());
        EXPECT_EQ(sums_of(mirror), sums);
        const Finished second = fetch(more);
        EXPECT_EQ(second.code, 0) << second.err;
        EXPECT_EQ(last_event(second, "fetch")["same"], sums.size());
        EXPECT_EQ(last_event(second, "fetch")["received_bytes"], 0);
    }

    const World world;
    const fs::path mirror = world / "mirror";
    std::map<std::string, std::string> sums;
};

TEST_F(OtherServers, DropbearWithOpenSshsSftpServer) {
    const Dropbear server("ecdsa");
    put_session(server.folder() / "card");
    expect_fetched({"--protocol", "sftp", "--port", std::to_string(server.port()), "--root",
                    (server.folder() / "card").string(), "--sftp-user", test_user()});
    EXPECT_THAT(server.log(), HasSubstr("Password auth succeeded for '" + test_user() + "'"));
}

// The first log-in, anonymous, is refused, the second is the one.
TEST_F(OtherServers, FtpThatWantsTheLogIn) {
    const auto served = io::test::Served::test_ftp("ftp", kTestPassword);
    put_session(served.card());
    expect_fetched({"--protocol", "ftp", "--port", std::to_string(served.port())});
    EXPECT_THAT(served.asked(), HasSubstr("USER ftp"));
}

TEST_F(OtherServers, VsftpdThatWantsTheLogIn) {
    if (!LoginVsftpd::possible()) {
        std::cout << "only root can start vsftpd with a log-in; FtpThatWantsTheLogIn stands for it\n";
        return;
    }
    const LoginVsftpd server;
    put_session(server.card());
    expect_fetched({"--protocol", "ftp", "--port", std::to_string(server.port())});
}

}  // namespace
}  // namespace nightstack::test
