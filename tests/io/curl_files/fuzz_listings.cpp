// SPDX-License-Identifier: MIT
// Fuzz entry for the listings of FTP and HTTP servers. Replayed by fuzz_replay_test; for real fuzzing, with clang
// (configure as tests/io/fits/fuzz_fits.cpp says):
//
//   cmake --build build/fuzz --target fuzz_listings
//   build/fuzz/tests/io/curl_files/fuzz_listings -max_total_time=60 -max_len=4000
#include "tests/io/curl_files/fuzz_listings.h"

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "io/curl_files/ftp_listing.h"
#include "io/curl_files/html_listing.h"

namespace nightstack::io::curl_files {
namespace {

constexpr std::size_t kMost = 20;

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

std::vector<RemoteEntry> parsed(std::string_view bytes, unsigned form) {
    if (form == 0) return parse_unix_list(bytes, 1'706'000'000, kMost);
    if (form == 1) return parse_mlsd(bytes, kMost);
    return parse_html_listing(bytes, "/sdcard/", kMost);
}

void check(const RemoteEntry& one) {
    demand(!one.name.empty() && one.name != "." && one.name != "..", "a name");
    demand(one.name.find('/') == std::string::npos && one.name.find('\0') == std::string::npos, "one part of a path");
    demand(one.kind == RemoteEntry::Kind::file || !one.bytes, "bytes of files only");
    demand(!one.modified_s || (*one.modified_s >= 0 && *one.modified_s < 7'300'000'000), "a time that may be");
}

}  // namespace
}  // namespace nightstack::io::curl_files

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nightstack::io::curl_files;
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        const auto entries = parsed(bytes, data[0] % 3U);
        demand(entries.size() <= kMost, "no more than the limit");
        for (const auto& one : entries) check(one);
    } catch (const nightstack::io::RemoteError& e) {
        demand(e.kind() == nightstack::io::RemoteError::Kind::broken, "broken, nothing else");
    }
    return 0;
}
