// SPDX-License-Identifier: MIT
// `nightstack scope trust` against a real sshd.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/remote/sshd.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(ScopeTrust, LooksTrustsReplacesListsAndRemoves) {
    const World world;
    Sshd server;
    const auto trust = [&](Words more) {
        Words words{"scope", "trust", "--host", "127.0.0.1", "--ports", "sftp=" + std::to_string(server.port())};
        words.insert(words.end(), more.begin(), more.end());
        return world.run(words);
    };
    EXPECT_EQ(trust({"--list"}).code, 0);
    EXPECT_EQ(trust({"--remove"}).code, 1);
    const std::string first = server.fingerprint();
    const Finished met = trust({});
    EXPECT_EQ(met.code, 0) << met.err;
    EXPECT_THAT(met.out, HasSubstr(first));
    EXPECT_THAT(trust({}).out, HasSubstr("trusted already"));
    const auto file = world / "home/.config/nightstack/known_hosts";
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    server.restart({});
    const Finished changed = trust({});
    EXPECT_EQ(changed.code, 5);
    for (const std::string& said : {first, server.fingerprint(), std::string("--replace")})
        EXPECT_THAT(changed.err, HasSubstr(said));
    const Finished replaced = trust({"--replace", "--json"});
    EXPECT_EQ(replaced.code, 0) << replaced.err;
    const json event = json::parse(lines_of(replaced.out).at(0));
    EXPECT_EQ(event["event"], "trust");
    EXPECT_EQ(event["state"], "replaced");
    EXPECT_EQ(event["fingerprint"], server.fingerprint());
    EXPECT_THAT(trust({"--list"}).out, HasSubstr("127.0.0.1:" + std::to_string(server.port()) + "  SHA256:"));
    EXPECT_EQ(trust({"--remove"}).code, 0);
    EXPECT_EQ(trust({"--list"}).out, "");
    EXPECT_EQ(trust({"--list", "--remove"}).code, 2);
    server.stop();
    EXPECT_EQ(trust({}).code, 5);
}

TEST(ScopeTrust, OldAlgorithmsAreNamedAndTakenWhenAskedFor) {
    const World world;
    SshdOptions old;
    old.key_types = {"rsa"};
    old.more = "HostKeyAlgorithms ssh-rsa\n";
    const Sshd server(old);
    const Words words{"scope", "trust", "--host", "127.0.0.1", "--ports", "sftp=" + std::to_string(server.port())};
    const Finished refused = world.run(words);
    EXPECT_EQ(refused.code, 5);
    EXPECT_THAT(refused.err, HasSubstr("ssh-rsa"));
    EXPECT_THAT(refused.err, HasSubstr("--legacy-ssh"));
    CallOptions legacy;
    legacy.environment = {{"NIGHTSTACK_LEGACY_SSH", "true"}};
    EXPECT_EQ(world.run(words, legacy).code, 0);
}

}  // namespace
}  // namespace nightstack::test
