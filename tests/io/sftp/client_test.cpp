// SPDX-License-Identifier: MIT
#include "io/sftp/sftp_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "io/remote/remote_name.h"
#include "io/sftp/read_run.h"
#include "tests/io/sftp/scripted_server.h"

namespace nightstack::io::sftp {
namespace {

using namespace test;
using Kind = RemoteError::Kind;
using testing::HasSubstr;

std::string content_of(std::size_t bytes, unsigned seed = 1) {
    std::mt19937 dice(seed);
    std::string content(bytes, '\0');
    for (char& c : content) c = static_cast<char>(dice());
    return content;
}

std::string read_all(RemoteFiles& files, std::uint64_t from = 0, std::uint64_t count = UINT64_MAX) {
    std::string got;
    const std::uint64_t handed = files.read("file", from, count,
                                            [&](std::span<const std::byte> bytes) {
                                                got.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                                                return true;
                                            },
                                            {});
    EXPECT_EQ(handed, got.size());
    return got;
}

// The kind of error that `call` ends in; its text goes to `text`.
template <class Call>
std::string error_of(Call call, Kind expected) {
    try {
        call();
    } catch (const RemoteError& e) {
        EXPECT_EQ(e.kind(), expected) << e.what();
        return e.what();
    }
    ADD_FAILURE() << "no error";
    return {};
}

TEST(SftpClient, ReadsAnyPieceOfAFile) {
    const std::string content = content_of(3'000'000);
    for (const std::size_t slice : {std::size_t{777}, std::size_t{1} << 20}) {
        const auto client = client_of(honest(content), slice);
        EXPECT_EQ(read_all(*client), content);
        EXPECT_EQ(read_all(*client, 1'234'567), content.substr(1'234'567));
        EXPECT_EQ(read_all(*client, 32'768, 32'768), content.substr(32'768, 32'768));
        EXPECT_EQ(read_all(*client, 2'999'999, 10), content.substr(2'999'999));
        EXPECT_EQ(read_all(*client, 3'000'000), "");
        EXPECT_EQ(read_all(*client, 5'000'000, 7), "");
        EXPECT_EQ(read_all(*client, 17, 0), "");
    }
}

TEST(SftpClient, KeepsRequestsUnderWay) {
    const std::string content = content_of(8'000'000);
    auto server = std::make_unique<ScriptedServer>(honest(content));
    ScriptedServer* const raw = server.get();
    const auto client = client_of(std::move(server));
    client->read("file", 0, content.size(), [](auto) { return false; }, {});
    std::size_t reads = 0;
    for (const Asked& a : raw->asked) reads += a.type == 5 ? 1 : 0;
    EXPECT_EQ(reads, kFirstRequests);
    EXPECT_EQ(read_all(*client), content);  // what was given up does not come back as an answer to the next
    for (const Asked& a : raw->asked) EXPECT_LE(a.type == 5 ? a.number : 0, 32U * 1024);
}

TEST(SftpClient, ShortAndDisorderedAnswersGiveTheSameBytes) {
    const std::string content = content_of(1'000'000);
    const Script fair = honest(content);
    for (const unsigned seed : {1U, 2U, 3U}) {
        auto dice = std::make_shared<std::mt19937>(seed);
        auto server = std::make_unique<ScriptedServer>(
            [=](const Asked& a) {
                if (a.type != 5 || a.offset >= content.size()) return fair(a);
                return data(a.id, content.substr(a.offset, 1 + (*dice)() % a.number));
            },
            4001);
        server->reversed = seed != 2;
        const auto client = client_of(std::move(server));
        EXPECT_EQ(read_all(*client), content) << seed;
        EXPECT_EQ(read_all(*client, 999'000), content.substr(999'000)) << seed;
    }
}

TEST(SftpClient, AFileThatShrinksEndsWhereItEnds) {
    const std::string content = content_of(200'000);
    const Script fair = honest(content);
    const auto client = client_of([=](const Asked& a) {
        if (a.type == 5 && a.offset > 100'000) return status(a.id, 1);
        return fair(a);
    });
    const std::string got = read_all(*client);
    EXPECT_GE(got.size(), 100'000U);
    EXPECT_LT(got.size(), 200'000U);
    EXPECT_EQ(got, content.substr(0, got.size()));
}

// A byte for every request, and each after a while: never silent, and never there.
TEST(SftpClient, AServerThatDripsIsLost) {
    const std::string content = content_of(200'000);
    const Script fair = honest(content);
    RemoteLimits limits;
    limits.slow_window = std::chrono::milliseconds(300);
    const auto client = client_of(std::make_unique<ScriptedServer>([=](const Asked& a) {
                                      if (a.type != 5 || a.offset >= content.size()) return fair(a);
                                      std::this_thread::sleep_for(std::chrono::milliseconds(5));
                                      return data(a.id, content.substr(a.offset, 1));
                                  }),
                                  limits);
    EXPECT_THAT(error_of([&] { read_all(*client); }, Kind::lost), HasSubstr("within 300 ms"));
}

TEST(SftpClient, StatusesHaveTheirKinds) {
    const std::map<int, Kind> kinds = {{2, Kind::missing}, {3, Kind::missing}, {4, Kind::missing}, {5, Kind::broken},
                                       {6, Kind::lost},    {7, Kind::lost},    {8, Kind::broken},  {999, Kind::broken}};
    for (const auto& [code, kind] : kinds) {
        const std::uint32_t c = static_cast<std::uint32_t>(code);
        const auto refusing = client_of([c](const Asked& a) { return status(a.id, c, "told\x1b[31m"); });
        EXPECT_THAT(error_of([&] { read_all(*refusing); }, kind), HasSubstr("told\\x1B[31m"));
        error_of([&] { refusing->list("folder", {}); }, kind);
        error_of([&] { refusing->stat("file", {}); }, kind);
        const Script fair = honest("abc");
        const auto half_way =
            client_of([=](const Asked& a) { return a.type == 5 || a.type == 12 ? status(a.id, c) : fair(a); });
        error_of([&] { read_all(*half_way); }, kind);
        error_of([&] { half_way->list("folder", {}); }, kind);
    }
}

TEST(SftpClient, ListsWithoutDotsAndInOrder) {
    const auto client = client_of(honest("", {".", "b.fits", "..", "a", ".hidden", "x/../y"}));
    const std::vector<RemoteEntry> entries = client->list("folder", {});
    ASSERT_EQ(entries.size(), 4U);
    EXPECT_EQ(entries[0].name, "b.fits");
    EXPECT_EQ(entries[0].bytes, 5U);
    EXPECT_EQ(entries[0].modified_s, 1'700'000'001);
    EXPECT_EQ(entries[0].kind, RemoteEntry::Kind::file);
    EXPECT_FALSE(local_name(entries[3].name).taken());
    EXPECT_EQ(client->list("folder", {}).size(), 4U);
}

TEST(SftpClient, KindsComeFromTheMode) {
    const std::map<std::uint32_t, RemoteEntry::Kind> kinds = {
        {0100644, RemoteEntry::Kind::file},  {0040755, RemoteEntry::Kind::folder}, {0120777, RemoteEntry::Kind::other},
        {0060600, RemoteEntry::Kind::other}, {0020600, RemoteEntry::Kind::other},  {0010600, RemoteEntry::Kind::other},
        {0140600, RemoteEntry::Kind::other}, {0, RemoteEntry::Kind::other}};
    for (const auto& [mode, kind] : kinds) {
        const std::uint32_t m = mode;
        const auto client =
            client_of([m](const Asked& a) { return a.type == 3 ? handle(a.id, "h") : attributes(a.id, 5, m); });
        EXPECT_EQ(client->stat("file", {}).kind, kind);
        if (kind != RemoteEntry::Kind::file) error_of([&] { read_all(*client); }, Kind::broken);
    }
}

// What no honest server sends: each is `broken`, whatever comes first.
TEST(SftpClient, HostileAnswersAreRefused) {
    const std::string content = content_of(100'000);
    using Make = std::function<std::string(const Asked&)>;
    const std::vector<std::pair<std::string, Make>> cases = {
        {"wrong id", [](const Asked& a) { return data(a.id + 1000, "x"); }},
        {"no data at all", [](const Asked& a) { return data(a.id, ""); }},
        {"more than asked", [](const Asked& a) { return data(a.id, std::string(a.number + 1, 'x')); }},
        {"twice", [](const Asked& a) { return data(a.id, std::string(a.number, 'x')) + data(a.id, "x"); }},
        {"handle for data", [](const Asked& a) { return handle(a.id, "h"); }},
        {"an unknown type", [](const Asked& a) { return packet(250, be32(a.id)); }},
        {"length beyond the packet", [](const Asked& a) { return packet(103, be32(a.id) + be32(1 << 30) + "abc"); }},
        {"length of nothing", [](const Asked& a) { return packet(103, be32(a.id) + "ab"); }},
        {"huge packet", [](const Asked&) { return be32(0x7fffffff) + "abc"; }},
        {"packet of 2^32-1", [](const Asked&) { return be32(0xffffffff) + "abc"; }},
        {"empty packet", [](const Asked&) { return be32(0); }},
        {"packet without id", [](const Asked&) { return be32(2) + "gg"; }},
        {"status without code", [](const Asked& a) { return packet(101, be32(a.id)); }},
    };
    for (const auto& [name, make] : cases) {
        SCOPED_TRACE(name);
        const Script fair = honest(content);
        for (const int type : {5, 12, 3, 17, 7, 8}) {
            if (type != 5 && (name == "no data at all" || name == "more than asked" || name == "twice")) continue;
            if (type == 3 && name == "handle for data") continue;
            const auto client = client_of([&](const Asked& a) { return a.type == type ? make(a) : fair(a); });
            error_of(
                [&] {
                    read_all(*client);
                    client->list("folder", {});
                    client->stat("file", {});
                    client->stat("", {});
                    if (type == 5) read_all(*client);
                },
                Kind::broken);
        }
    }
}

TEST(SftpClient, HostileListingsAreRefused) {
    using Make = std::function<std::string(const Asked&)>;
    const std::string entry = text_field("a") + text_field("a");
    const std::vector<std::pair<std::string, Make>> cases = {
        {"NUL in a name", [](const Asked& a) { return names(a.id, {std::string("a\0b", 3)}); }},
        {"empty name", [](const Asked& a) { return names(a.id, {""}); }},
        {"a name of 5000 bytes", [](const Asked& a) { return names(a.id, {std::string(5000, 'a')}); }},
        {"no names", [](const Asked& a) { return names(a.id, {}); }},
        {"a count that lies",
         [=](const Asked& a) { return packet(104, be32(a.id) + be32(1'000'000) + entry + be32(0)); }},
        {"endless attributes",
         [=](const Asked& a) {
             return packet(104, be32(a.id) + be32(1) + entry + be32(0x80000000) + be32(0xffffffff));
         }},
        {"names for ever", [](const Asked& a) { return names(a.id, std::vector<std::string>(500, "again")); }},
        {"long names for ever",
         [](const Asked& a) { return names(a.id, std::vector<std::string>(20, std::string(4000, 'x'))); }},
    };
    for (const auto& [name, make] : cases) {
        SCOPED_TRACE(name);
        const auto client = client_of([&](const Asked& a) { return a.type == 12 ? make(a) : handle(a.id, "d"); });
        error_of([&] { client->list("folder", {}); }, Kind::broken);
    }
}

// Of each listing one answer never comes, nor any to "close".
TEST(SftpClient, AServerThatOwesAnswersIsLostAndNothingWorse) {
    const auto reads = std::make_shared<int>(0);
    const auto client = client_of([=](const Asked& a) -> std::string {
        if (a.type == 11) *reads = 0;
        if (a.type == 11) return handle(a.id, "d");
        if (a.type != 12 || ++*reads > 2) return "";
        return *reads == 1 ? names(a.id, {"a"}) : status(a.id, 1);
    });
    const auto many_listings = [&] {
        for (int i = 0; i < 5000; ++i) client->list("folder", {});
    };
    EXPECT_THAT(error_of(many_listings, Kind::lost), HasSubstr("answers nothing"));
    error_of([&] { client->list("folder", {}); }, Kind::lost);
}

// The first request is never answered, the others a byte at a time.
TEST(SftpClient, CrumbsAreRefused) {
    const Script whole = honest(content_of(3'000'000));
    std::size_t reads = 0;
    const auto client = client_of([&, whole](Asked a) -> std::string {
        if (a.type != 5) return whole(a);
        if (a.offset == 0) return "";
        if (++reads > 100'000) return status(a.id, 4, "enough");  // so that it ends in any case
        a.number = 1;
        return whole(a);
    });
    EXPECT_THAT(error_of([&] { read_all(*client); }, Kind::broken), HasSubstr("crumbs"));
}

TEST(SftpClient, TheRootIsCalledByItsPlace) {
    const auto client = client_of([](const Asked& a) { return status(a.id, 2, "No such file"); });
    EXPECT_EQ(error_of([&] { client->list("", {}); }, Kind::missing), "sftp://test: No such file");
}

TEST(SftpClient, SizesBeyondTheLimitAreRefused) {
    const auto client = client_of([](const Asked& a) {
        if (a.type == 12) return names(a.id, {"a"});
        return a.type == 3 ? handle(a.id, "h") : attributes(a.id, std::uint64_t{1} << 62U);
    });
    EXPECT_THAT(error_of([&] { client->stat("file", {}); }, Kind::broken), HasSubstr("4611686018427387904"));
    error_of([&] { read_all(*client); }, Kind::broken);
    // One that says little and sends without an end.
    const Script fair = honest("abc");
    RemoteLimits limits;
    limits.file_bytes = 500'000;
    auto server = std::make_unique<ScriptedServer>(
        [=](const Asked& a) { return a.type == 5 ? data(a.id, std::string(a.number, 'x')) : fair(a); });
    const auto endless = client_of(std::move(server), limits);
    EXPECT_THAT(error_of([&] { read_all(*endless); }, Kind::broken), HasSubstr("500000"));
}

TEST(SftpClient, GreetingsThatAreNone) {
    const std::vector<std::pair<std::string, Kind>> cases = {{packet(2, be32(2)), Kind::refused},
                                                             {packet(101, be32(3)), Kind::broken},
                                                             {"SSH-2.0-nonsense, no packet", Kind::broken},
                                                             {be32(1) + "x", Kind::broken},
                                                             {"", Kind::lost}};
    for (const auto& [greeting, kind] : cases) {
        auto server = std::make_unique<ScriptedServer>(honest(""));
        server->greeting = greeting;
        ScriptedServer* const raw = server.release();
        error_of([&] { client_of(std::unique_ptr<ScriptedServer>(raw)); }, kind);
    }
    auto later = std::make_unique<ScriptedServer>(honest("abc"));
    later->greeting = packet(2, be32(6) + text_field("ext@x") + text_field("1"));
    EXPECT_EQ(read_all(*client_of(std::move(later))), "abc");
}

TEST(SftpClient, PathsThatLeadElsewhereAreNotSent) {
    auto server = std::make_unique<ScriptedServer>(honest("abc"));
    ScriptedServer* const raw = server.get();
    const auto client = client_of(std::move(server));
    for (const char* path : {"../etc/passwd", "/etc/passwd", "a/../b", "."}) {
        error_of([&] { client->list(path, {}); }, Kind::broken);
        error_of([&] { client->stat(path, {}); }, Kind::broken);
        error_of([&] { client->read(path, 0, 1, [](auto) { return true; }, {}); }, Kind::broken);
    }
    EXPECT_EQ(raw->asked.size(), 1U);  // the greeting
}

// The connection stays good after a stop, an error of the caller, and a reader that had enough.
TEST(SftpClient, WhatIsGivenUpDoesNoHarm) {
    const std::string content = content_of(2'000'000);
    const auto client = client_of(honest(content), 5000);
    std::stop_source source;
    std::uint64_t handed = 0;
    const auto stop_soon = [&](std::span<const std::byte> bytes) {
        handed += bytes.size();
        if (handed > 300'000) source.request_stop();
        return true;
    };
    EXPECT_THROW(client->read("file", 0, content.size(), stop_soon, source.get_token()), Interrupted);
    EXPECT_LT(handed, 400'000U);
    const auto full = [](std::span<const std::byte>) -> bool { throw IoError("disk full"); };
    EXPECT_THROW(client->read("file", 0, content.size(), full, {}), IoError);
    EXPECT_EQ(client->read("file", 0, content.size(), [](auto) { return false; }, {}), 32'768U);
    EXPECT_EQ(client->list("folder", {}).size(), 2U);
    EXPECT_EQ(read_all(*client), content);
}

// Random answers of random types: an error in words or the right bytes, never anything else.
TEST(SftpClient, RandomDamageNeverGoesUnseen) {
    const std::string content = content_of(120'000);
    int refused = 0;
    for (unsigned seed = 0; seed < 400; ++seed) {
        const auto dice = std::make_shared<std::mt19937>(seed);
        const Script fair = honest(content);
        const auto damaged = [=](const Asked& a) {
            std::string answer = fair(a);
            const bool in_data = a.type == 5 && answer.size() > 13;
            if ((*dice)() % 6 == 0)
                answer[(*dice)() % std::min<std::size_t>(answer.size(), in_data ? 13 : 4096)] ^=
                    static_cast<char>(1U << ((*dice)() % 8));
            if ((*dice)() % 40 == 0) answer.resize((*dice)() % answer.size());
            return answer;
        };
        try {
            const auto client = client_of(damaged, 1 + seed * 13);
            client->list("folder", {});
            const std::string got = read_all(*client);
            EXPECT_EQ(got, content.substr(0, got.size()));
        } catch (const RemoteError&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 200);
}

}  // namespace
}  // namespace nightstack::io::sftp
