// SPDX-License-Identifier: MIT
// A hostile SFTP server behind a real sshd: errors in words, in time, and nothing touched here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "io/remote/remote_name.h"
#include "tests/io/sftp/helpers.h"

namespace nightstack::io::test {
namespace {

using Kind = RemoteError::Kind;
using testing::HasSubstr;

SshdOptions hostile() {
    SshdOptions with;
    with.subsystem = "/usr/bin/python3 " NIGHTSTACK_SOURCE_DIR "/tests/io/sftp/hostile_sftp.py";
    return with;
}

std::string read_all(RemoteFiles& files, const std::string& path, std::uint64_t from = 0) {
    std::string got;
    files.read(path, from, 2'000'000,
               [&](std::span<const std::byte> bytes) {
                   got.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                   return true;
               },
               {});
    return got;
}

std::string content() {
    std::string bytes;
    for (std::uint64_t i = 0; i < 1'000'000; ++i) bytes += static_cast<char>((i * i + i / 251) & 255U);
    return bytes;
}

TEST(SftpHostile, NamesSizesAndAnswers) {
    const Sshd server(hostile());
    SftpOptions o = options_for(server, "/card");
    o.limits.file_bytes = 5'000'000;
    o.limits.entries = 10'000;
    auto files = connect_sftp(o, {});
    LocalNames names;
    int taken = 0, refused = 0;
    for (const RemoteEntry& entry : files->list("list", {})) {
        const LocalName name = names.add(entry.name);
        ++(name.taken() ? taken : refused);
        EXPECT_EQ(name.text.find('/'), std::string::npos);
        EXPECT_TRUE(name.text.empty() || name.text[0] != '.');
    }
    EXPECT_GE(taken + refused, 30);
    EXPECT_EQ(refused, 9);  // seven paths, one too long, one twice
    EXPECT_THAT(remote_error([&] { files->stat("huge", {}); }, Kind::broken), HasSubstr("4611686018427387904"));
    EXPECT_EQ(files->stat("link", {}).kind, RemoteEntry::Kind::other);
    EXPECT_EQ(read_all(*files, "short"), content());
    EXPECT_EQ(read_all(*files, "noise", 600'000), content().substr(600'000));
    for (const char* path : {"huge", "link", "folder_as_file"})
        remote_error([&] { read_all(*files, path); }, Kind::broken);
    remote_error([&] { read_all(*files, "card_removed"); }, Kind::missing);
    EXPECT_EQ(read_all(*files, "fine"), content());
    remote_error([&] { read_all(*files, "dies"); }, Kind::lost);
    for (const char* path : {"wrong_id", "too_long", "nothing", "big_handle", "huge_packet"}) {
        files = connect_sftp(o, {});
        remote_error([&] { read_all(*files, path); }, Kind::broken);
    }
    for (const char* path : {"list_nul", "list_lies", "list_endless"}) {
        files = connect_sftp(o, {});
        remote_error([&] { files->list(path, {}); }, Kind::broken);
    }
    SftpOptions small = o;
    small.limits.file_bytes = 1'500'000;
    files = connect_sftp(small, {});
    remote_error([&] { read_all(*files, "endless"); }, Kind::broken);
}

TEST(SftpHostile, SilenceEndsInTimeAndAStopAtOnce) {
    const Sshd server(hostile());
    SftpOptions o = options_for(server, "");
    o.limits.silence = std::chrono::milliseconds(2500);  // a busy machine starts Python slowly
    for (const char* path : {"silent", "silent_later"}) {
        const auto files = connect_sftp(o, {});
        const auto begin = Clock::now();
        EXPECT_THAT(remote_error([&] { read_all(*files, path); }, Kind::lost), HasSubstr("2500 ms"));
        EXPECT_GT(seconds_since(begin), 2.4);
        EXPECT_LT(seconds_since(begin), 5);
    }
    o.limits.silence = std::chrono::seconds(60);
    const auto files = connect_sftp(o, {});
    std::stop_source source;
    Clock::time_point asked;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        asked = Clock::now();
        source.request_stop();
    });
    EXPECT_THROW(files->read(
                     "silent", 0, 9, [](auto) { return true; }, source.get_token()),
                 Interrupted);
    stopper.join();
    EXPECT_LT(seconds_since(asked), 0.5);  // a quarter is promised, the rest is for a busy machine
}

}  // namespace
}  // namespace nightstack::io::test
