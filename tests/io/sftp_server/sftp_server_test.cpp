// SPDX-License-Identifier: MIT
// The SFTP server, judged by OpenSSH's client.
#include "io/sftp_server/sftp_server.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "io/files/file.h"
#include "io/served/listening_socket.h"
#include "tests/io/served/shell.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

using test::Said;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

constexpr std::size_t kBig = 8'000'001;

class SftpServerTest : public testing::Test {
protected:
    SftpServerTest() {
        fs::create_directories(root_ / "DWARF_II/Astronomy");
        std::ofstream(root_ / "DWARF_II/big.fits") << big_;
        for (int i = 0; i < 150; ++i) std::ofstream(root_ / ("DWARF_II/Astronomy/f" + std::to_string(i))) << i;
        std::ofstream(here_ / "word") << "#!/bin/sh\necho rockchip\n";
        ::chmod((here_ / "word").c_str(), 0700);
        folder_ = std::make_shared<ServedFolder>(root_.path());
        options_.password = "rockchip";
        options_.mounts = {"/mnt/sdcard", "/sdcard"};
    }
    void SetUp() override {
        if (!test::has_program("sftp")) GTEST_SKIP() << "no sftp";
    }
    Said sftp(const SftpServer& server, const std::string& batch, const std::string& more = {}) const {
        std::ofstream(here_ / "batch") << batch;
        return test::shell("cd " + here_.path().string() + " && SSH_ASKPASS=" + (here_ / "word").string() +
                           " SSH_ASKPASS_REQUIRE=force sftp -F none -o BatchMode=no -o StrictHostKeyChecking=no "
                           "-o UserKnownHostsFile=known -o NumberOfPasswordPrompts=1 " +
                           more + " -P " + std::to_string(server.port()) + " -b batch root@127.0.0.1");
    }

    const std::string big_ = test::noise(kBig);
    nightstack::test::TempFolder root_, here_;
    std::shared_ptr<ServedFolder> folder_;
    SftpServerOptions options_;
};

TEST_F(SftpServerTest, OpenSshListsGetsAndResumes) {
    const SftpServer server(folder_, options_);
    const Said said = sftp(server,
                           "ls -l /\nls -l /mnt/sdcard/DWARF_II\nls -1 /sdcard/DWARF_II/Astronomy\n"
                           "get /mnt/sdcard/DWARF_II/big.fits\n");
    ASSERT_EQ(said.status, 0) << said.output;
    EXPECT_THAT(said.output, HasSubstr(" mnt"));
    EXPECT_THAT(said.output, HasSubstr("8000001"));
    EXPECT_THAT(said.output, HasSubstr("f149\n"));
    EXPECT_EQ(read_text_file(here_ / "big.fits", 2 * kBig), big_);
    fs::resize_file(here_ / "big.fits", 3'000'000);
    const Said again = sftp(server, "reget /sdcard/DWARF_II/big.fits\n");
    ASSERT_EQ(again.status, 0) << again.output;
    EXPECT_EQ(read_text_file(here_ / "big.fits", 2 * kBig), big_);
}

TEST_F(SftpServerTest, NothingCanBeChanged) {
    const SftpServer server(folder_, options_);
    std::ofstream(here_ / "mine") << "mine";
    for (const char* what :
         {"put mine /sdcard/mine", "put mine /sdcard/DWARF_II/big.fits", "rm /sdcard/DWARF_II/big.fits",
          "mkdir /sdcard/new", "rmdir /sdcard/DWARF_II/Astronomy", "rename /sdcard/DWARF_II/big.fits /sdcard/x",
          "symlink x /sdcard/y", "chmod 777 /sdcard/DWARF_II/big.fits", "put mine /sdcard/../mine"}) {
        const Said said = sftp(server, std::string(what) + "\n");
        EXPECT_NE(said.status, 0) << what;
        EXPECT_THAT(said.output, testing::AnyOf(HasSubstr("ermission denied"), HasSubstr("not found"))) << what;
    }
    EXPECT_EQ(read_text_file(root_ / "DWARF_II/big.fits", 2 * kBig), big_);
    EXPECT_FALSE(fs::exists(root_ / "mine"));
}

TEST_F(SftpServerTest, AWrongPasswordAndAPathOutAreRefused) {
    SftpServerOptions other = options_;
    other.password = "another";
    const SftpServer strict(folder_, other);
    EXPECT_THAT(sftp(strict, "ls\n").output, HasSubstr("ermission denied"));
    const SftpServer server(folder_, options_);
    EXPECT_NE(sftp(server, "get /etc/passwd\n").status, 0);
    EXPECT_NE(sftp(server, "get /sdcard/../../etc/passwd\n").status, 0);
    EXPECT_FALSE(fs::exists(here_ / "passwd"));
}

TEST_F(SftpServerTest, TheHostKeyStaysTheSameInItsFile) {
    options_.host_key = here_ / "host_key";
    std::string first;
    {
        const SftpServer server(folder_, options_);
        first = server.fingerprint();
    }
    struct stat info {};
    ASSERT_EQ(::stat(options_.host_key.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    EXPECT_THAT(first, testing::StartsWith("SHA256:"));
    EXPECT_EQ(SftpServer(folder_, options_).fingerprint(), first);
    options_.host_key.clear();
    EXPECT_NE(SftpServer(folder_, options_).fingerprint(), first);
}

TEST_F(SftpServerTest, OldAlgorithmsOnly) {
    options_.legacy_only = true;
    const SftpServer server(folder_, options_);
    const Said modern = sftp(server, "ls /\n");
    EXPECT_NE(modern.status, 0);
    // Both sides see that they have nothing in common; which one ends it first is chance.
    EXPECT_THAT(modern.output, testing::AnyOf(HasSubstr("no matching"), HasSubstr("closed by")));
    const Said old = sftp(server, "get /sdcard/DWARF_II/big.fits\n",
                          "-o KexAlgorithms=+diffie-hellman-group14-sha1 -o HostKeyAlgorithms=+ssh-rsa "
                          "-o Ciphers=+aes128-cbc -o MACs=+hmac-sha1");
    EXPECT_EQ(old.status, 0) << old.output;
    EXPECT_EQ(read_text_file(here_ / "big.fits", 2 * kBig), big_);
}

TEST_F(SftpServerTest, EndsWithClientsThatNeverLogIn) {
    SftpServerOptions quick = options_;
    quick.clients = 2;
    std::optional<SftpServer> server(std::in_place, folder_, quick);
    const std::string port = std::to_string(server->port());
    std::thread mute([&] { test::shell("exec 3<>/dev/tcp/127.0.0.1/" + port + " || sleep 0"); });
    mute.join();
    const auto start = std::chrono::steady_clock::now();
    std::thread client([&] { sftp(*server, "get /sdcard/DWARF_II/big.fits /dev/null\n", "-l 100"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(700));  // so slow that it would take ten minutes
    server->admit(false);
    client.join();
    server.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

}  // namespace
}  // namespace nightstack::io
