// SPDX-License-Identifier: MIT
#include "io/sftp/algorithms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightstack::io::sftp {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Algorithms, OldOnesOnlyWhenAskedFor) {
    const Algorithms now = allowed_algorithms(false, "");
    for (const std::string& all : {now.key_exchange, now.host_keys, now.ciphers, now.macs}) {
        EXPECT_THAT(all, Not(HasSubstr("sha1")));
        EXPECT_THAT(all, Not(HasSubstr("cbc")));
        EXPECT_THAT(all, Not(HasSubstr("ssh-rsa")));
    }
    const Algorithms old = allowed_algorithms(true, "");
    EXPECT_THAT(old.key_exchange, StartsWith("curve25519"));
    EXPECT_THAT(old.key_exchange, HasSubstr("diffie-hellman-group14-sha1"));
    EXPECT_THAT(old.host_keys, HasSubstr(",ssh-rsa"));
}

TEST(Algorithms, TheKindOfTheTrustedKeyComesFirst) {
    EXPECT_THAT(allowed_algorithms(false, "ecdsa-sha2-nistp384").host_keys,
                StartsWith("ecdsa-sha2-nistp384,ssh-ed25519,"));
    EXPECT_THAT(allowed_algorithms(false, "ssh-rsa").host_keys, StartsWith("rsa-sha2-512,rsa-sha2-256,ssh-ed25519"));
    EXPECT_THAT(allowed_algorithms(true, "ssh-rsa").host_keys, StartsWith("rsa-sha2-512,rsa-sha2-256,ssh-rsa,"));
    EXPECT_EQ(allowed_algorithms(false, "unheard").host_keys, allowed_algorithms(false, "").host_keys);
}

TEST(Algorithms, WhatIsMissingIsNamed) {
    const std::string words =
        "kex error : no match for method server host key algo: server [ssh-rsa], client [ssh-ed25519]";
    EXPECT_THAT(missing_algorithm(words, false), HasSubstr("host key algorithm: it offers only ssh-rsa"));
    EXPECT_THAT(missing_algorithm(words, false), HasSubstr("--legacy-ssh"));
    EXPECT_THAT(missing_algorithm(words, true), Not(HasSubstr("--legacy-ssh")));
    EXPECT_THAT(missing_algorithm("no match for method kex algos: server [x\x1b]y], client []", false),
                Not(HasSubstr("\x1b")));
    EXPECT_EQ(missing_algorithm("Connection refused", false), "");
    EXPECT_EQ(missing_algorithm("", false), "");
    EXPECT_THAT(missing_algorithm("no match for method ", false), "");
}

}  // namespace
}  // namespace nightstack::io::sftp
