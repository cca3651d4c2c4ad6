// SPDX-License-Identifier: MIT
// Our client against OpenSSH's server and Dropbear.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "io/files/sha256.h"
#include "tests/io/sftp/helpers.h"
#include "tests/support/own_memory.h"
#include "tests/support/remote/dropbear.h"
#include "tests/support/remote/fault_proxy.h"
#include "tests/support/soak.h"

namespace nightstack::io::test {

namespace {

using Kind = RemoteError::Kind;
using nightstack::test::Dropbear;
using nightstack::test::kTestPassword;
using testing::HasSubstr;
using testing::Not;

std::string sha256_of(RemoteFiles& files, const std::string& path, std::uint64_t count = UINT64_MAX) {
    Sha256 hash;
    files.read(path, 0, count,
               [&](std::span<const std::byte> bytes) {
                   hash.add(bytes);
                   return true;
               },
               {});
    return hash.hex();
}

// A small card: two sessions, a link, a fifo, a file without bytes.
void make_card(const std::filesystem::path& card) {
    std::filesystem::create_directories(card / "Astronomy/M 31");
    std::ofstream(card / "Astronomy/M 31/shotsInfo.json") << "{}";
    std::ofstream(card / "empty.fits");
    std::ofstream(card / "M\xc3\xbcll.txt") << "x";
    std::filesystem::create_symlink("/etc/passwd", card / "link");
}

void check_card(RemoteFiles& files, const std::string& sum) {
    std::map<std::string, RemoteEntry> found;
    for (const RemoteEntry& entry : files.list("", {})) found[entry.name] = entry;
    EXPECT_EQ(found.size(), 5U);
    EXPECT_EQ(found["big.bin"].bytes, 5'000'001U);
    EXPECT_EQ(found["link"].kind, RemoteEntry::Kind::other);
    EXPECT_EQ(found["Astronomy"].kind, RemoteEntry::Kind::folder);
    EXPECT_EQ(files.list("Astronomy/M 31", {}).size(), 1U);
    EXPECT_EQ(files.stat("", {}).kind, RemoteEntry::Kind::folder);
    EXPECT_EQ(files.stat("link", {}).kind, RemoteEntry::Kind::other);
    const RemoteEntry big = files.stat("big.bin", {});
    EXPECT_EQ(big.bytes, 5'000'001U);
    EXPECT_EQ(big.name, "big.bin");
    const auto age = std::chrono::system_clock::now().time_since_epoch() - std::chrono::seconds(*big.modified_s);
    EXPECT_LT(age, std::chrono::minutes(10));
    EXPECT_EQ(sha256_of(files, "big.bin"), sum);
    EXPECT_EQ(sha256_of(files, "big.bin", 5'000'001), sum);
    EXPECT_EQ(files.read("empty.fits", 0, 10, [](auto) { return true; }, {}), 0U);
    remote_error([&] { files.stat("none", {}); }, Kind::missing);
    remote_error([&] { files.list("none", {}); }, Kind::missing);
    remote_error([&] { sha256_of(files, "none"); }, Kind::missing);
    remote_error([&] { sha256_of(files, "Astronomy"); }, Kind::broken);
    EXPECT_EQ(sha256_of(files, "Astronomy/M 31/shotsInfo.json").size(), 64U);
}

TEST(SftpServers, OpenSsh) {
    const Sshd server;
    const auto card = server.folder() / "card";
    make_card(card);
    const std::string sum = make_file(card / "big.bin", 5'000'001, 1);
    const auto files = connect_sftp(options_for(server, card.string()), {});
    check_card(*files, sum);
    EXPECT_THAT(files->where(), HasSubstr("sftp://" + nightstack::test::test_user() + "@127.0.0.1:"));
    std::filesystem::remove(card / "big.bin");
    remote_error([&] { sha256_of(*files, "big.bin"); }, Kind::missing);
}

TEST(SftpServers, DropbearWithThePassword) {
    const Dropbear server("ecdsa");
    const auto card = server.folder() / "card";
    make_card(card);
    const std::string sum = make_file(card / "big.bin", 5'000'001, 2);
    SftpOptions o;
    o.host = "127.0.0.1";
    o.port = server.port();
    o.root = card.string();
    o.user = nightstack::test::test_user();
    o.host_keys = server.folder() / "known_hosts";
    o.limits.connect = std::chrono::seconds(30);
    EXPECT_EQ(o.password, kTestPassword);
    check_card(*connect_sftp(o, {}), sum);
}

// Keys are changed every megabyte or so in mid-stream, and every cipher carries the same bytes.
TEST(SftpServers, NewKeysWhileBytesFlow) {
    for (const char* cipher : {"aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr"}) {
        SshdOptions with;
        with.more = std::string("RekeyLimit 1M\nCiphers ") + cipher + "\n";
        const Sshd server(with);
        const std::string sum = make_file(server.folder() / "big.bin", 8'000'000, 3);
        const auto files = connect_sftp(options_for(server, server.folder().string()), {});
        EXPECT_EQ(sha256_of(*files, "big.bin"), sum) << cipher;
    }
}

TEST(SftpServers, PasswordsAreTriedOnce) {
    SshdOptions with;
    with.more = "PubkeyAuthentication no\n";
    const Sshd server(with);
    SftpOptions o = options_for(server, "");
    o.password = "wrong-secret";
    const std::string text = remote_error([&] { connect_sftp(o, {}); }, Kind::refused);
    EXPECT_THAT(text, HasSubstr("password refused for " + o.user + "@127.0.0.1"));
    EXPECT_THAT(text, Not(HasSubstr("wrong-secret")));
    const std::string log = server.log();
    const std::string failed = "Failed password for " + o.user;
    const std::size_t first = log.find(failed);
    EXPECT_NE(first, std::string::npos) << log;
    EXPECT_EQ(log.find(failed, first + 1), std::string::npos) << log;
    o.password = kTestPassword;
    EXPECT_NO_THROW(connect_sftp(o, {})->list("", {}));
    o.password = "";
    EXPECT_THAT(remote_error([&] { connect_sftp(o, {}); }, Kind::refused), HasSubstr("a password or a key file"));
}

TEST(SftpServers, KeysThatAreNone) {
    const Sshd server;
    SftpOptions o = options_for(server, "");
    std::ofstream(server.folder() / "no_key") << "nothing\n";
    o.key_file = server.folder() / "no_key";
    EXPECT_THROW(connect_sftp(o, {}), OptionError);
    o.key_file = server.folder() / "absent";
    EXPECT_THROW(connect_sftp(o, {}), OptionError);
    nightstack::test::run_helper(
        {"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (server.folder() / "other").string()});
    o.key_file = server.folder() / "other";
    EXPECT_THAT(remote_error([&] { connect_sftp(o, {}); }, Kind::refused), HasSubstr("refused for " + o.user));
    o.password = kTestPassword;
    EXPECT_NO_THROW(connect_sftp(o, {}));
}

TEST(SftpServers, OneThatOffersNoSftp) {
    SshdOptions none;
    none.subsystem = "/bin/false";
    const Sshd server(none);
    remote_error([&] { connect_sftp(options_for(server, ""), {}); }, Kind::lost);
    SftpOptions o = options_for(server, "");
    o.port = nightstack::test::free_port();
    EXPECT_THAT(remote_error([&] { connect_sftp(o, {}); }, Kind::lost), HasSubstr("refused"));
    o.host = "no-such-host.invalid";
    remote_error([&] { connect_sftp(o, {}); }, Kind::lost);
}

int open_descriptors() {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) count += entry.exists() ? 1 : 0;
    return count;
}

long resident_kb() {
    std::ifstream in("/proc/self/statm");
    long size = 0, resident = 0;
    in >> size >> resident;
    return resident * 4;
}

// Connections that end well, badly and in the middle leave nothing behind.
TEST(SftpServers, DescriptorsAndMemoryStayFlat) {
    const Sshd server;
    make_file(server.folder() / "big.bin", 300'000, 4);
    nightstack::test::FaultProxy proxy(server.port());
    SftpOptions o = options_for(server, server.folder().string());
    const SftpOptions direct = o;
    o.port = proxy.port();
    SftpOptions wrong = direct;
    wrong.key_file = "";
    wrong.password = "wrong";
    std::mt19937 dice(5);
    const auto round = [&](int n) {
        if (n % 8 == 0) remote_error([&] { connect_sftp(wrong, {}); }, Kind::refused);
        nightstack::test::Faults faults;
        faults.reset_after = 1 + dice() % 100'000;
        proxy.set(faults);
        remote_error([&] { sha256_of(*connect_sftp(o, {}), "big.bin"); }, Kind::lost);
        connect_sftp(direct, {})->list("", {});
        ask_host_key(direct, {});
    };
    for (int n = 0; n < 3; ++n) round(n);
    const int before = open_descriptors();
    const long memory = resident_kb();
    const int rounds = nightstack::test::soaked(8);
    for (int n = 0; n < rounds; ++n) round(n);
    EXPECT_EQ(open_descriptors(), before);
    if (nightstack::test::memory_is_ours()) {
        EXPECT_LT(resident_kb() - memory, 4096) << "of " << memory;
    }
}

}  // namespace
}  // namespace nightstack::io::test
