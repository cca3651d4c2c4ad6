// SPDX-License-Identifier: MIT
// How FTP writes what lies in a folder. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "io/served/served_folder.h"

namespace nightstack::io {

// "-r--r--r--    1 ftp      ftp        123 Nov 14  2023 a.fits", as vsftpd: with the time of day in the half year
// before `now_s`.
std::string ls_line(const ServedEntry& entry, std::int64_t now_s);
std::string facts(const ServedEntry& entry);  // "type=file;size=123;modify=20231114221320;", RFC 3659 section 7
std::string fact_time(std::int64_t unix_s);   // "20231114221320"

}  // namespace nightstack::io
