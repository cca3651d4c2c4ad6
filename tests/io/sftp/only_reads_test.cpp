// SPDX-License-Identifier: MIT
// Nothing in our client can change a file of a scope: not by what is compiled in, not by what is sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/io/sftp/scripted_server.h"

namespace nightstack::io::sftp {
namespace {

namespace fs = std::filesystem;

std::string all_sources() {
    std::ostringstream text;
    for (const char* folder : {"io/sftp", "io/remote"})
        for (const auto& entry : fs::directory_iterator(fs::path(NIGHTSTACK_SOURCE_DIR) / folder))
            text << std::ifstream(entry.path()).rdbuf();
    return text.str();
}

TEST(OnlyReads, NoCallThatWritesIsCompiledIn) {
    const std::string sources = all_sources();
    ASSERT_GT(sources.size(), 20'000U);
    for (const char* word : {"libssh/sftp.h", "sftp_write", "sftp_unlink", "sftp_rename", "sftp_mkdir", "sftp_rmdir",
                             "sftp_setstat", "sftp_symlink", "ssh_scp", "request_exec", "request_shell", "SSH_FXP"})
        EXPECT_EQ(sources.find(word), std::string::npos) << word;
    // Every packet the client could name, by its number in the draft: 6 writes, 9 and 10 set, 13 to 15 and 18 to 20
    // remove, make and rename.
    for (const char* number :
         {" = 6,", " = 9,", " = 10,", " = 13,", " = 14,", " = 15,", " = 18,", " = 19,", " = 20,"}) {
        const std::string packets = sources.substr(sources.find("enum class Packet"), 500);
        EXPECT_EQ(packets.find(number), std::string::npos) << number;
    }
}

TEST(OnlyReads, OnlyLookingAndReadingIsSent) {
    auto server = std::make_unique<test::ScriptedServer>(test::honest(std::string(300'000, 'x')));
    test::ScriptedServer* const raw = server.get();
    const auto client = test::client_of(std::move(server));
    client->list("", {});
    client->list("folder", {});
    client->stat("", {});
    client->stat("file", {});
    client->read("file", 0, 300'000, [](auto) { return true; }, {});
    client->read("file", 7, 5, [](auto) { return false; }, {});
    EXPECT_THROW(client->read("none", 0, 1, [](auto) { return true; }, {}), RemoteError);
    const std::set<int> looking = {1, 3, 4, 5, 7, 8, 11, 12, 17};
    for (const test::Asked& a : raw->asked) {
        EXPECT_TRUE(looking.contains(a.type)) << a.type;
        EXPECT_EQ(a.type == 3 ? a.number : 1, 1U) << "opened for more than reading";
    }
    EXPECT_GT(raw->asked.size(), 20U);
}

}  // namespace
}  // namespace nightstack::io::sftp
