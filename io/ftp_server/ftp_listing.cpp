// SPDX-License-Identifier: MIT
#include "io/ftp_server/ftp_listing.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace nightstack::io {
namespace {

std::tm utc(std::int64_t unix_s) {
    std::tm out{};
    const std::time_t time = unix_s;
    ::gmtime_r(&time, &out);
    return out;
}

}  // namespace

std::string ls_line(const ServedEntry& entry, std::int64_t now_s) {
    constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    constexpr std::int64_t kHalfYear_s = 182 * 86'400;
    const std::tm t = utc(entry.modified_s);
    const bool recent = entry.modified_s <= now_s && entry.modified_s > now_s - kHalfYear_s;
    char when[32], text[128];
    if (recent)
        std::snprintf(when, sizeof when, "%02d:%02d", t.tm_hour, t.tm_min);
    else
        std::snprintf(when, sizeof when, "%5d", t.tm_year + 1900);
    std::snprintf(text, sizeof text, "%s    %d ftp      ftp  %12llu %s %02d %s ",
                  entry.folder ? "dr-xr-xr-x" : "-r--r--r--", entry.folder ? 2 : 1,
                  static_cast<unsigned long long>(entry.folder ? 4096 : entry.bytes),
                  kMonths[static_cast<std::size_t>(t.tm_mon)], t.tm_mday, when);
    return text + entry.name;
}

std::string fact_time(std::int64_t unix_s) {
    const std::tm t = utc(unix_s);
    char text[64];
    std::snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                  t.tm_min, t.tm_sec);
    return text;
}

std::string facts(const ServedEntry& entry) {
    const std::string size = entry.folder ? "" : "size=" + std::to_string(entry.bytes) + ";";
    return std::string(entry.folder ? "type=dir;" : "type=file;") + size + "modify=" + fact_time(entry.modified_s) +
           ";perm=" + (entry.folder ? "el" : "r") + ";";
}

}  // namespace nightstack::io
