// SPDX-License-Identifier: MIT
// Our HTTP client against nginx, as later firmware runs it, python's http.server and a server of the tests.
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

const char* const kOdd = "a b&c'd\"e%20f;g:h<i>\xc3\xbc.txt";

void make_card(const fs::path& card) {
    fs::create_directories(card / "Astronomy/M 31 100%");
    fs::create_directories(card / "rounded");
    std::ofstream(card / "Astronomy/M 31 100%/shots#Info?.json") << "{}";
    std::ofstream(card / "empty.fits");
    std::ofstream(card / kOdd) << "x";
    make_file(card / "rounded/big.bin", 3'000'000, 5);
    fs::last_write_time(card / "empty.fits", fs::file_time_type::clock::from_sys(
                                                 std::chrono::sys_seconds(std::chrono::seconds(1'705'611'845))));
}

std::map<std::string, RemoteEntry> by_name(const std::vector<RemoteEntry>& entries) {
    std::map<std::string, RemoteEntry> map;
    for (const RemoteEntry& entry : entries) map[entry.name] = entry;
    return map;
}

// What every server says of that card.
void check_card(RemoteFiles& files, const std::string& sum) {
    auto found = by_name(files.list("", {}));
    EXPECT_EQ(found.size(), 5U);
    EXPECT_EQ(found["Astronomy"].kind, RemoteEntry::Kind::folder);
    EXPECT_TRUE(found.contains(kOdd));
    EXPECT_EQ(files.stat(kOdd, {}).bytes, 1U);
    EXPECT_EQ(files.list("Astronomy/M 31 100%", {}).at(0).name, "shots#Info?.json");
    EXPECT_EQ(files.stat("Astronomy/M 31 100%/shots#Info?.json", {}).bytes, 2U);
    EXPECT_EQ(files.stat("", {}).kind, RemoteEntry::Kind::folder);
    EXPECT_EQ(files.stat("Astronomy/M 31 100%", {}).kind, RemoteEntry::Kind::folder);
    EXPECT_EQ(files.stat("empty.fits", {}).bytes, 0U);
    EXPECT_EQ(files.stat("empty.fits", {}).modified_s, 1'705'611'845);
    EXPECT_EQ(files.stat("big.bin", {}).bytes, 2'000'003U);
    EXPECT_EQ(sha256_of(files, "big.bin"), sum);
    EXPECT_EQ(files.read("empty.fits", 0, 10, take_all, {}), 0U);
    remote_error([&] { files.stat("none", {}); }, Kind::missing);
    remote_error([&] { files.list("none", {}); }, Kind::missing);
    remote_error([&] { files.read("none", 5, 9, take_all, {}); }, Kind::missing);
    remote_error([&] { files.read("../none", 5, 9, take_all, {}); }, Kind::broken);
}

void check_resumes(RemoteFiles& files, const std::string& sum) {
    Sha256 hash;
    std::uint64_t at = 0;
    const auto take = [&](std::span<const std::byte> bytes) {
        hash.add(bytes);
        return true;
    };
    for (const std::uint64_t count : {1ULL, 65'536ULL, 1'000'000ULL, 900'000ULL, 34'466ULL, 5'000'000ULL}) {
        const std::uint64_t came = files.read("big.bin", at, count, take, {});
        EXPECT_EQ(came, std::min<std::uint64_t>(count, 2'000'003 - at));
        at += came;
    }
    EXPECT_EQ(hash.hex(), sum);
    EXPECT_EQ(files.read("big.bin", 2'000'003, 10, take, {}), 0U);
    EXPECT_EQ(files.read("big.bin", 3'000'000, UINT64_MAX, take, {}), 0U);
    int pieces = 0;
    files.read("big.bin", 7, UINT64_MAX, [&](auto) { return ++pieces < 2; }, {});
    EXPECT_EQ(pieces, 2);
    EXPECT_THROW(files.read("big.bin", 0, 10, [](auto) -> bool { throw IoError("disk full"); }, {}), IoError);
}

TEST(Http, Nginx) {
    const Served server = Served::nginx();
    make_card(server.card());
    const std::string sum = make_file(server.card() / "big.bin", 2'000'003, 4);
    const auto files = connect_http(http_to(server.port()), {});
    EXPECT_EQ(files->where(), "http://127.0.0.1:" + std::to_string(server.port()) + "/");
    check_card(*files, sum);
    check_resumes(*files, sum);
    auto found = by_name(files->list("", {}));
    EXPECT_EQ(found["big.bin"].bytes, 2'000'003U);
    EXPECT_EQ(found["empty.fits"].modified_s, 1'705'611'840);
    EXPECT_TRUE(found["empty.fits"].rough_time) << "to the minute";
    EXPECT_FALSE(files->list("rounded", {}).at(0).bytes) << "3M is not exact";
    HttpOptions below = http_to(server.port());
    below.root = "/Astronomy";
    EXPECT_EQ(connect_http(below, {})->list("", {}).at(0).name, "M 31 100%");
}

TEST(Http, PythonWithoutRanges) {
    const Served server = Served::python_http();
    make_card(server.card());
    const std::string sum = make_file(server.card() / "big.bin", 2'000'003, 4);
    const auto files = connect_http(http_to(server.port()), {});
    check_card(*files, sum);
    check_resumes(*files, sum);
}

TEST(Http, TestServerWithRangesOrWithoutHead) {
    const Served server = Served::test_http();
    const std::string sum = make_file(server.card() / "big.bin", 2'000'003, 4);
    std::ofstream(server.card() / "empty.fits");
    for (const char* words : {"", "norange", "nohead", "nohead\nnorange"}) {
        server.fault(words);
        const auto files = connect_http(http_to(server.port()), {});
        check_resumes(*files, sum);
        EXPECT_EQ(files->stat("big.bin", {}).bytes, 2'000'003U) << words;
        EXPECT_EQ(files->stat("empty.fits", {}).bytes, 0U) << words;
    }
}

TEST(Http, WrongAnswers) {
    const Served server = Served::test_http();
    make_file(server.card() / "f", 100'000, 6);
    const auto files = connect_http(http_to(server.port()), {});
    const auto read_from_ten = [&] { files->read("f", 10, 1000, take_all, {}); };
    for (const char* range :
         {"bytes 0-989/100000", "bytes 11-1010/100000", "bytes x", "bytes 10-1009/99999999999999"}) {
        server.fault(std::string("range ") + range);
        remote_error(read_from_ten, Kind::broken);
    }
    server.fault("range bytes 99000-99998/100000");
    remote_error([&] { files->read("f", 99'000, 5000, take_all, {}); }, Kind::lost);
    server.fault("header Content-Encoding: gzip");
    remote_error(read_from_ten, Kind::broken);
    server.fault("status 500");
    remote_error(read_from_ten, Kind::lost);
    remote_error([&] { connect_http(http_to(server.port()), {}); }, Kind::lost);
    server.fault("status 401");
    remote_error(read_from_ten, Kind::refused);
    remote_error([&] { connect_http(http_to(server.port()), {}); }, Kind::refused);
    server.fault("headers");
    remote_error([&] { files->stat("f", {}); }, Kind::broken);
    server.fault("endless");
    HttpOptions small = http_to(server.port());
    small.limits.entries = 10;
    small.limits.file_bytes = 1'000'000;
    const auto limited = connect_http(small, {});
    remote_error([&] { limited->read("f", 0, UINT64_MAX, take_all, {}); }, Kind::broken);
    remote_error([&] { limited->list("", {}); }, Kind::broken);
}

// Nobody is asked but the server itself.
TEST(Http, RedirectsAreNotFollowed) {
    const Served server = Served::test_http(), other = Served::test_http();
    make_file(other.card() / "f", 1000, 7);
    const auto files = connect_http(http_to(server.port()), {});
    for (const char* to : {"/f", "ftp://127.0.0.1:", "file:///etc/passwd", "/g/"}) {
        const std::string place = *to == '/' ? "http://127.0.0.1:" + std::to_string(other.port()) + to : to;
        server.fault("status 302\nheader Location: " + place);
        remote_error([&] { files->stat("f", {}); }, Kind::broken);
        remote_error([&] { files->list("f", {}); }, Kind::broken);
        remote_error([&] { files->read("f", 0, 10, take_all, {}); }, Kind::broken);
    }
    EXPECT_EQ(other.asked(), "");
}

TEST(Http, FilesThatGrowAndShrink) {
    const Served server = Served::test_http();
    make_file(server.card() / "f", 1'000'000, 8);
    const auto files = connect_http(http_to(server.port()), {});
    EXPECT_EQ(files->read("f", 0, 500'000, take_all, {}), 500'000U);
    make_file(server.card() / "f", 700'000, 8);
    EXPECT_EQ(files->read("f", 500'000, 500'000, take_all, {}), 200'000U);
    make_file(server.card() / "f", 400'000, 8);
    EXPECT_EQ(files->read("f", 500'000, 500'000, take_all, {}), 0U);
    fs::remove(server.card() / "f");
    remote_error([&] { files->read("f", 0, 500'000, take_all, {}); }, Kind::missing);
}

TEST(Http, NamesInMessagesAreFitForAScreen) {
    const Served server = Served::test_http();
    const auto files = connect_http(http_to(server.port()), {});
    EXPECT_THAT(remote_error([&] { files->stat("a\x1b[2J", {}); }, Kind::missing), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace nightstack::io::test
