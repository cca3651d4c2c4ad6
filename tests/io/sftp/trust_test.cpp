// SPDX-License-Identifier: MIT
// Host keys: the first is trusted, another is refused before any password leaves, old algorithms by opt-in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/io/sftp/helpers.h"
#include "tests/support/remote/dropbear.h"

namespace nightstack::io::test {
namespace {

using Kind = RemoteError::Kind;
using testing::HasSubstr;
using testing::Not;

SshdOptions with_keys(const std::string& type) {
    SshdOptions with;
    with.key_types = {type};
    return with;
}

TEST(SftpTrust, TheFirstKeyIsTrustedAndAnotherRefused) {
    Sshd server;
    SftpOptions o = options_for(server, "");
    o.password = nightstack::test::kTestPassword;
    std::string met;
    o.on_new_key = [&](const HostKey& key) { met += fingerprint(key); };
    EXPECT_NO_THROW(connect_sftp(o, {}));
    const std::string first = server.fingerprint();
    EXPECT_EQ(met, first);
    EXPECT_NO_THROW(connect_sftp(o, {}));
    EXPECT_EQ(met, first);
    server.restart({});
    const std::string before = server.log();
    const std::string text = remote_error([&] { connect_sftp(o, {}); }, Kind::refused);
    EXPECT_THAT(text, HasSubstr(first));
    EXPECT_THAT(text, HasSubstr(server.fingerprint()));
    EXPECT_THAT(text, HasSubstr("nightstack scope trust --host 127.0.0.1 --ports sftp=" + std::to_string(o.port)));
    const std::string log = server.log().substr(before.size());
    for (const char* sign : {"password", "publickey", "Accepted", "Failed"}) EXPECT_THAT(log, Not(HasSubstr(sign)));
    EXPECT_EQ(met, first);
    EXPECT_EQ(fingerprint(ask_host_key(o, {})), server.fingerprint());
    HostKeyStore(o.host_keys).replace(o.host, o.port, ask_host_key(o, {}));
    EXPECT_NO_THROW(connect_sftp(o, {}));
}

// A server that has learned a better kind of key is still the same one.
TEST(SftpTrust, AFurtherKindOfKeyIsNoChange) {
    for (const char* type : {"rsa", "ecdsa"}) {
        Sshd server(with_keys(type));
        const SftpOptions o = options_for(server, "");
        EXPECT_NO_THROW(connect_sftp(o, {}));
        EXPECT_EQ(fingerprint(*HostKeyStore(o.host_keys).find(o.host, o.port)), server.fingerprint(type));
        SshdOptions both;
        // restart() makes new keys; the old one stays under another name. Any ed25519 key will do as the further one.
        both.key_types = {};
        both.more = "HostKey " + server.client_key().string() + "\n";
        std::filesystem::copy_file(server.folder() / ("host_" + std::string(type)), server.folder() / "kept");
        both.more += "HostKey " + (server.folder() / "kept").string() + "\n";
        server.restart(both);
        EXPECT_NO_THROW(connect_sftp(o, {})) << type;
    }
}

TEST(SftpTrust, OldAlgorithmsByOptIn) {
    SshdOptions old = with_keys("rsa");
    old.more = "HostKeyAlgorithms ssh-rsa\nKexAlgorithms diffie-hellman-group14-sha1\n";
    const Sshd server(old);
    SftpOptions o = options_for(server, "");
    const std::string text = remote_error([&] { connect_sftp(o, {}); }, Kind::refused);
    EXPECT_THAT(text, HasSubstr("diffie-hellman-group14-sha1"));
    EXPECT_THAT(text, HasSubstr("--legacy-ssh"));
    o.legacy_algorithms = true;
    EXPECT_NO_THROW(connect_sftp(o, {})->list("", {}));
    EXPECT_EQ(HostKeyStore(o.host_keys).find(o.host, o.port)->type, "ssh-rsa");
}

TEST(SftpTrust, OldHostKeysAndCiphersAreNamed) {
    SshdOptions old = with_keys("rsa");
    old.more = "HostKeyAlgorithms ssh-rsa\n";
    Sshd server(old);
    SftpOptions o = options_for(server, "");
    EXPECT_THAT(remote_error([&] { connect_sftp(o, {}); }, Kind::refused),
                HasSubstr("host key algorithm: it offers only ssh-rsa"));
    SshdOptions cbc;
    cbc.more = "Ciphers aes128-cbc\nMACs hmac-sha1\n";
    server.restart(cbc);
    EXPECT_THAT(remote_error([&] { connect_sftp(o, {}); }, Kind::refused),
                HasSubstr("cipher algorithm: it offers only aes128-cbc"));
    o.legacy_algorithms = true;
    EXPECT_NO_THROW(connect_sftp(o, {})->list("", {}));
}

TEST(SftpTrust, DropbearShowsTheKeyOpenSshReads) {
    const nightstack::test::Dropbear server("ed25519");
    SftpOptions o;
    o.host = "127.0.0.1";
    o.port = server.port();
    o.host_keys = server.folder() / "known_hosts";
    o.limits.connect = std::chrono::seconds(30);
    const HostKey key = ask_host_key(o, {});
    EXPECT_EQ(key.type, "ssh-ed25519");
    EXPECT_FALSE(HostKeyStore(o.host_keys).find(o.host, o.port));  // asking trusts nothing
    o.user = nightstack::test::test_user();
    o.password = "wrong";
    EXPECT_THAT(remote_error([&] { connect_sftp(o, {}); }, Kind::refused), HasSubstr("password refused for"));
    EXPECT_EQ(HostKeyStore(o.host_keys).find(o.host, o.port), key);
}

}  // namespace
}  // namespace nightstack::io::test
