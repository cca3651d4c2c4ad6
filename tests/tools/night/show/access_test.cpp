// SPDX-License-Identifier: MIT
#include "tools/night/show/night_access.h"

#include <gmock/gmock.h>

#include <set>

#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

using testing::Contains;
using testing::ElementsAre;

TEST(ListenAddress, IsReadAsPeopleWriteIt) {
    const auto read = [](const char* text) {
        const ListenAddress a = listen_address(text);
        return a.address + " " + std::to_string(a.port);
    };
    EXPECT_EQ(read("127.0.0.1:0"), "127.0.0.1 0");
    EXPECT_EQ(read("0.0.0.0:8080"), "0.0.0.0 8080");
    EXPECT_EQ(read("localhost:80"), "127.0.0.1 80");
    EXPECT_EQ(read(":8080"), "127.0.0.1 8080");
    EXPECT_EQ(read("8080"), "127.0.0.1 8080");
    EXPECT_EQ(read("[::1]:65535"), "::1 65535");
    for (const char* wrong :
         {"", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1: 1",
          "::1:80", "::1", "example.org:80", "127.0.0.1.evil:80", "[127.0.0.1:80", "1.2.3:80", "[]:80", "\x1B:80"})
        EXPECT_THROW(listen_address(wrong), OptionError) << wrong;
}

TEST(Loopback, IsToldFromOtherAddresses) {
    for (const char* mine : {"127.0.0.1", "127.1.2.3", "::1"}) EXPECT_TRUE(is_loopback(mine)) << mine;
    for (const char* other : {"0.0.0.0", "::", "192.168.88.2", "128.0.0.1", "::2", "::ffff:127.0.0.1", "localhost", "",
                              "127.attacker.example", "127.0.0.1 "})
        EXPECT_FALSE(is_loopback(other)) << other;
}

TEST(HostNames, AreTheServersOwn) {
    EXPECT_THAT(host_names("127.0.0.1"), ElementsAre("127.0.0.1", "localhost"));
    EXPECT_THAT(host_names("::1"), ElementsAre("[::1]", "localhost"));
    EXPECT_THAT(host_names("127.0.0.2"), ElementsAre("127.0.0.2"));
    EXPECT_THAT(host_names("192.168.1.7"), ElementsAre("192.168.1.7"));
    EXPECT_THAT(host_names("0.0.0.0"), Contains("127.0.0.1"));
    EXPECT_THAT(host_names("0.0.0.0"), Contains("localhost"));
}

TEST(Token, IsLongAndNeverTheSame) {
    std::set<std::string> all;
    for (int i = 0; i < 100; ++i) all.insert(make_token());
    EXPECT_EQ(all.size(), 100u);
    EXPECT_EQ(all.begin()->size(), 32u);
    EXPECT_EQ(all.begin()->find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(Token, IsCarriedWholeAndAsBearerOnly) {
    const std::string token = "0123456789abcdef";
    EXPECT_TRUE(carries_token("Bearer 0123456789abcdef", token));
    EXPECT_TRUE(carries_token("bearer 0123456789abcdef", token));
    for (const char* wrong : {"", "Bearer", "Bearer ", "0123456789abcdef", "Basic 0123456789abcdef",
                              "Bearer 0123456789abcde", "Bearer 0123456789abcdef0", "Bearer 0123456789abcdee",
                              "Bearer 1123456789abcdef", "Bearer  0123456789abcdef", "Bearer 0123456789ABCDEF"})
        EXPECT_FALSE(carries_token(wrong, token)) << wrong;
    EXPECT_FALSE(carries_token("Bearer ", ""));  // no token fits no token
}

}  // namespace
}  // namespace nightstack::tools
