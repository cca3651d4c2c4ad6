// SPDX-License-Identifier: MIT
// nightstack-unpack CPU_SECONDS MEMORY_MB gzip
// nightstack-unpack CPU_SECONDS MEMORY_MB tiles WIDTH HEIGHT PLANES BITPIX ROWS exact|quantised
//
// Started by nightstack for each compressed frame; the only program of the house that links cfitsio. It
// reads descriptor 0, writes to descriptor 1, and exits with 0 when all was unpacked.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "tools/unpack/limits.h"
#include "tools/unpack/unpack.h"

namespace nightstack::unpack {

bool write_all(const void* bytes, std::size_t count) {
    const auto* at = static_cast<const unsigned char*>(bytes);
    while (count > 0) {
        const ssize_t n = ::write(1, at, count);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return complain("nobody takes the unpacked bytes");
        at += n;
        count -= static_cast<std::size_t>(n);
    }
    return true;
}

bool complain(const char* what) {
    std::fprintf(stderr, "%s\n", what);
    return false;
}

namespace {

long number(const char* word) {
    char* end = nullptr;
    const long value = std::strtol(word, &end, 10);
    return *end == '\0' ? value : 0;
}

bool run(int argc, char** argv) {
    if (argc == 4 && std::strcmp(argv[3], "gzip") == 0) return gunzip();
    if (argc == 10 && std::strcmp(argv[3], "tiles") == 0) {
        const Tiles tiles{number(argv[4]), number(argv[5]),
                          number(argv[6]), static_cast<int>(number(argv[7])),
                          number(argv[8]), std::strcmp(argv[9], "quantised") == 0};
        const bool sound =
            tiles.width > 0 && tiles.height > 0 && tiles.planes > 0 && tiles.bitpix != 0 && tiles.rows > 0;
        return sound ? unpack_tiles(tiles) : complain("bad arguments");
    }
    return complain("nightstack-unpack is started by nightstack, not by hand");
}

}  // namespace
}  // namespace nightstack::unpack

int main(int argc, char** argv) {
    using namespace nightstack::unpack;
    if (argc >= 4 && !limit_self(number(argv[1]), number(argv[2]))) {
        complain("cannot limit the unpacking process");
        return 2;
    }
    try {
        // Straight out: nothing is buffered, and no destructor of anybody runs over what hostile bytes have left.
        std::_Exit(run(argc, argv) ? 0 : 1);
    } catch (const std::bad_alloc&) {
        complain("unpacking needs more memory than it may have");
        return 1;
    }
}
