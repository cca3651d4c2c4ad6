// SPDX-License-Identifier: MIT
#include "tools/scope/scope_address.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

TEST(ScopeAddress, HostAndPorts) {
    EXPECT_EQ(parse_scope_place("192.168.88.1", "").host, "192.168.88.1");
    EXPECT_EQ(parse_scope_place("192.168.88.1", "").ports.ws, 9900);
    EXPECT_EQ(parse_scope_place(" dwarf.local:1234 ", "").ports.ws, 1234);
    EXPECT_EQ(parse_scope_place("[fe80::1]:77", "").host, "fe80::1");
    EXPECT_EQ(parse_scope_place("[fe80::1]:77", "").ports.ws, 77);
    EXPECT_EQ(parse_scope_place("fe80::1", "").host, "fe80::1");
    const ScopePlace twin = parse_scope_place("127.0.0.1", "ws=1, http=2,file=3,version=4,sftp=5,ftp=6,control=7");
    EXPECT_EQ(twin.ports.ws, 1);
    EXPECT_EQ(twin.ports.http, 2);
    EXPECT_EQ(twin.ports.version, 4);
    EXPECT_EQ(twin.ports.ftp, 6);
    EXPECT_EQ(parse_scope_place("h:5", "ws=6").ports.ws, 5);
}

TEST(ScopeAddress, NonsenseIsRefused) {
    for (const auto& [host, ports] : {std::pair{"http://x", ""},
                                      {"a b", ""},
                                      {"h:0", ""},
                                      {"h:70000", ""},
                                      {"h:x", ""},
                                      {"[::1", ""},
                                      {"h", "ws"},
                                      {"h", "ws=0"},
                                      {"h", "wss=1"},
                                      {"h", "ws=1,"}})
        EXPECT_THROW(parse_scope_place(host, ports), OptionError) << host << " " << ports;
}

TEST(ScopeAddress, AZoneThatExistsNowhereIsRefused) {
    const test::TempFolder temp;
    std::filesystem::create_directories(temp.path() / "zones/Europe");
    std::ofstream(temp.path() / "zones/Europe/Paris") << "TZif2";
    std::ofstream(temp.path() / "secret") << "x";
    ::setenv("TZDIR", (temp.path() / "zones").c_str(), 1);
    EXPECT_EQ(known_zone("Europe/Paris"), "Europe/Paris");
    for (const char* wrong : {"Mars/Phobos", "Europe", "", "../secret", "/etc/passwd", "Europe/../../secret"})
        EXPECT_THROW(known_zone(wrong), OptionError) << wrong;
    ::setenv("TZDIR", (temp.path() / "none").c_str(), 1);
    EXPECT_EQ(known_zone("Mars/Phobos"), "Mars/Phobos") << "nothing to look it up in";
    ::unsetenv("TZDIR");
}

}  // namespace
}  // namespace nightstack::tools
