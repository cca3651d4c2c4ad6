// SPDX-License-Identifier: MIT
// Servers and files for the tests over FTP and HTTP.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "io/curl_files/ftp_files.h"
#include "io/curl_files/http_files.h"
#include "tests/support/remote/child_server.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io::test {

using Clock = std::chrono::steady_clock;

// A server with a card of its own in card().
class Served {
public:
    std::uint16_t port() const { return port_; }
    std::filesystem::path card() const { return *temp_ / "card"; }
    // What the server should do wrong: see ftp_server.py and http_server.py.
    void fault(const std::string& words) const;
    std::string asked() const { return nightstack::test::read_log(*temp_ / "asked"); }
    void stop() { child_.reset(); }

    static Served vsftpd();       // Debian's; anonymous only
    static Served nginx();        // Debian's
    static Served python_http();  // python's http.server: no ranges
    static Served test_ftp(const std::string& user = "anonymous", const std::string& password = "");
    static Served test_http();

private:
    Served();
    void start(const std::vector<std::string>& words);
    void write(const std::string& name, const std::string& text) const;
    std::string name(const char* of) const { return (*temp_ / of).string(); }

    std::unique_ptr<nightstack::test::TempFolder> temp_;
    std::uint16_t port_;
    std::unique_ptr<nightstack::test::ChildServer> child_;
};

FtpOptions ftp_to(std::uint16_t port);
HttpOptions http_to(std::uint16_t port);

// A file of random bytes; its SHA-256.
std::string make_file(const std::filesystem::path& path, std::size_t bytes, unsigned seed);
std::string sha256_of(RemoteFiles& files, const std::string& path);

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

inline bool take_all(std::span<const std::byte>) { return true; }

inline double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

int open_descriptors();
long resident_kb();

}  // namespace nightstack::io::test
