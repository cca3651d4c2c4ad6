// SPDX-License-Identifier: MIT
// What `nightstack fetch` can be told. Filled by the parser; a plain value.
#pragma once

#include <filesystem>
#include <string>

#include "io/fetch/fetch.h"
#include "tools/cli/talk.h"
#include "tools/scope/scope_address.h"
#include "tools/scope/sftp_login.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

inline constexpr char kCardRoot[] = "/sdcard";  // of the scope's own file system

struct FetchFlags {
    bool list = false, follow = false, once = false;
    std::filesystem::path to;
    std::string session;
    std::string host = "192.168.88.1";  // of the scope's own Wi-Fi
    std::string ports, profile;
    std::string protocol = "auto";
    int port = 0;                  // 0: as in `ports`
    std::string root = kCardRoot;  // by http and ftp the name that those servers have for it
    std::string until = "end";
    std::string reserve = "1G";
    double away_s = 120;
    SftpFlags sftp;
    bool json = false, quiet = false, verbose = false;

    Loudness loudness() const { return tools::loudness(quiet, verbose); }
    // Both throw OptionError.
    io::FetchOptions options() const;
    io::FollowEnd follow_end() const;
};

// The value must outlive the parser.
void add_fetch_flags(CLI::App& app, FetchFlags& flags);

// "seconds=S", "quiet=S", "frames=N", "end", "never". Throws OptionError.
io::FollowEnd parse_follow_end(const std::string& text);
// "512M", "1G", "0", plain bytes. Throws OptionError.
std::uint64_t parse_reserve(const std::string& text);

}  // namespace nightstack::tools
