// SPDX-License-Identifier: MIT
// Nothing that is sent to a scope over FTP or HTTP can change a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/io/curl_files/helpers.h"

namespace nightstack::io::test {
namespace {

std::string all_sources() {
    std::ostringstream text;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(NIGHTSTACK_SOURCE_DIR) + "/io/curl_files"))
        text << std::ifstream(entry.path()).rdbuf();
    return text.str();
}

TEST(CurlOnlyReads, NoOptionThatWritesIsCompiledIn) {
    const std::string sources = all_sources();
    ASSERT_GT(sources.size(), 20'000U);
    for (const char* word : {"CURLOPT_UPLOAD", "CURLOPT_QUOTE", "QUOTE", "CURLOPT_POST", "CURLOPT_PUT",
                             "CURLOPT_APPEND", "READFUNCTION", "MIMEPOST", "\"DELE", "\"STOR", "\"PUT", "\"DELETE"})
        EXPECT_EQ(sources.find(word), std::string::npos) << word;
}

// Of every request the first word.
std::set<std::string> verbs(const std::string& log) {
    std::set<std::string> words;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) words.insert(line.substr(0, line.find(' ')));
    return words;
}

void do_everything(RemoteFiles& files) {
    files.stat("", {});
    files.stat("f", {});
    files.read("f", 0, UINT64_MAX, take_all, {});
    files.read("f", 7, 5, take_all, {});
    files.read("f", 7, 5, [](auto) { return false; }, {});
    EXPECT_THROW(files.list("none", {}), RemoteError);
    EXPECT_THROW(files.read("none", 0, 1, take_all, {}), RemoteError);
}

TEST(CurlOnlyReads, OnlyLookingAndReadingIsSent) {
    const std::set<std::string> looking{"USER", "PASS", "PWD",  "CWD",  "EPSV", "PASV", "TYPE",
                                        "SIZE", "MDTM", "REST", "RETR", "LIST", "MLSD", "QUIT"};
    const Served ftp = Served::test_ftp();
    make_file(ftp.card() / "f", 300'000, 1);
    for (const char* words : {"", "mlsd", "nosize", "noepsv", "cut 1000"}) {
        ftp.fault(words);
        const auto files = connect_ftp(ftp_to(ftp.port()), {});
        files->list("", {});
        if (std::string(words) == "cut 1000")
            EXPECT_THROW(sha256_of(*files, "f"), RemoteError);
        else
            do_everything(*files);
    }
    for (const std::string& verb : verbs(ftp.asked())) EXPECT_TRUE(looking.contains(verb)) << verb;
    EXPECT_GT(verbs(ftp.asked()).size(), 8U);
    const Served http = Served::test_http();
    make_file(http.card() / "f", 300'000, 1);
    for (const char* words : {"", "nohead", "norange"}) {
        http.fault(words);
        HttpOptions o = http_to(http.port());
        const auto files = connect_http(o, {});
        EXPECT_EQ(files->stat("f", {}).bytes, 300'000U);
        files->read("f", 7, 5, take_all, {});
        EXPECT_THROW(files->list("none", {}), RemoteError);
    }
    EXPECT_THAT(verbs(http.asked()), testing::ElementsAre("GET", "HEAD"));
}

// What a user's shell has for browsers is not for a scope.
TEST(CurlOnlyReads, NoProxyOfTheEnvironmentIsAsked) {
    const Served http = Served::test_http(), proxy = Served::test_http();
    make_file(http.card() / "f", 1000, 1);
    const std::string place = "http://127.0.0.1:" + std::to_string(proxy.port());
    ::setenv("http_proxy", place.c_str(), 1);
    ::setenv("all_proxy", place.c_str(), 1);
    EXPECT_EQ(connect_http(http_to(http.port()), {})->stat("f", {}).bytes, 1000U);
    ::unsetenv("http_proxy");
    ::unsetenv("all_proxy");
    EXPECT_EQ(proxy.asked(), "");
}

}  // namespace
}  // namespace nightstack::io::test
