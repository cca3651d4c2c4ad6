// SPDX-License-Identifier: MIT
// What the tests against real servers share.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "io/files/sha256.h"
#include "io/sftp/sftp_files.h"
#include "tests/support/remote/sshd.h"

namespace nightstack::io::test {

using nightstack::test::Sshd;
using nightstack::test::SshdOptions;
using Clock = std::chrono::steady_clock;

inline SftpOptions options_for(const Sshd& server, const std::string& root) {
    SftpOptions o;
    o.host = "127.0.0.1";
    o.port = server.port();
    o.root = root;
    o.user = nightstack::test::test_user();
    o.password = "";
    o.key_file = server.client_key();
    o.host_keys = server.folder() / "known_hosts";
    o.limits.connect = std::chrono::seconds(30);  // a busy machine, sanitizers
    o.limits.silence = std::chrono::seconds(20);
    return o;
}

// A file of random bytes; its SHA-256.
std::string make_file(const std::filesystem::path& path, std::size_t bytes, unsigned seed);

// The kind of error that `call` ends in; its text.
template <class Call>
std::string remote_error(Call call, RemoteError::Kind expected) {
    try {
        call();
    } catch (const RemoteError& e) {
        EXPECT_EQ(static_cast<int>(e.kind()), static_cast<int>(expected)) << e.what();
        return e.what();
    } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
        return e.what();
    }
    ADD_FAILURE() << "no error";
    return {};
}

inline double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace nightstack::io::test
