// SPDX-License-Identifier: MIT
// The fuzz entry over listings that are right, and thousands of seeded damages of them.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/io/curl_files/fuzz_listings.h"

namespace nightstack::io {
namespace {

void feed(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::vector<std::string> listings() {
    return {std::string(1, '\0') +
                "total 8\r\n-rw-r--r--    1 0        0        16592640 Jan 18 21:04 0000.fits\r\n"
                "drwxr-xr-x 2 0 0 4096 Jan 18  2023 M 31\r\nlrwxrwxrwx 1 0 0 11 Nov 26 23:14 l -> /x\r\n",
            "\x01type=cdir; .\r\ntype=file;size=16592640;modify=20240118210400.954; 0000.fits\r\ntype=dir; d\r\n",
            "\x02<pre><a href=\"../\">../</a>\r\n<a href=\"M%2031/\">M 31/</a>   18-Jan-2024 21:04   -\r\n"
            "<a href='/sdcard/a&amp;b&#39;.fits'>a</a> 2024-01-18 21:04 16592640\r\n<a href=x>x</a></pre>"};
}

TEST(FuzzListings, Listings) {
    feed("");
    for (const std::string& one : listings()) feed(one);
}

TEST(FuzzListings, DamagedListings) {
    const auto whole = listings();
    const std::string likely = "<>/%&;=\"' \r\n-.0\0a";
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
        std::mt19937_64 random(seed);
        std::string bytes = whole[random() % whole.size()];
        for (int i = static_cast<int>(random() % 6); i >= 0 && bytes.size() > 1; --i) {
            const std::size_t at = 1 + random() % (bytes.size() - 1);
            switch (random() % 5) {
                case 0: bytes[at] = static_cast<char>(random()); break;
                case 1: bytes[at] = likely[random() % likely.size()]; break;
                case 2: bytes.erase(at, random() % 8); break;
                case 3: bytes.insert(at, random() % 4, likely[random() % likely.size()]); break;
                default: bytes += bytes.substr(at); break;
            }
        }
        feed(bytes);
    }
}

}  // namespace
}  // namespace nightstack::io
