// SPDX-License-Identifier: MIT
// What an FTP server says is in a folder. Bytes in, entries out, in bounds whatever the bytes are; pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "io/remote/remote_files.h"

namespace nightstack::io::curl_files {

inline constexpr std::size_t kLongestListingLine = 8192;  // bytes

// Both without "." and "..", names as said. Throw RemoteError (broken): more than `entries`, a line that is too long
// or of no such form, a name that is empty, has a '/' or a NUL.

// MLSD (RFC 3659): "type=file;size=16592640;modify=20240118210426; 0000.fits".
std::vector<RemoteEntry> parse_mlsd(std::string_view bytes, std::size_t entries);

// LIST in the form of `ls -l`, which vsftpd and busybox give: "-rw-r--r-- 1 0 0 16592640 Jan 18 21:04 0000.fits". A
// date without a year is the last one before `now_s`, Unix seconds of our clock.
std::vector<RemoteEntry> parse_unix_list(std::string_view bytes, std::int64_t now_s, std::size_t entries);

}  // namespace nightstack::io::curl_files
