// SPDX-License-Identifier: MIT
#include <fitsio.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "tools/unpack/unpack.h"

namespace nightstack::unpack {
namespace {

// What cfitsio calls the type in which samples of that BITPIX are handed over unchanged.
int type_of(int bitpix) {
    switch (bitpix) {
        case 8: return TBYTE;
        case 16: return TSHORT;
        case 32: return TINT;
        case -32: return TFLOAT;
        default: return TDOUBLE;
    }
}

void to_big_endian(std::vector<unsigned char>& bytes, std::size_t count, std::size_t size) {
    for (std::size_t i = 0; i < count; i += size)
        std::reverse(bytes.begin() + static_cast<long>(i), bytes.begin() + static_cast<long>(i + size));
}

bool complain_about(int status) {
    char text[FLEN_STATUS] = "";
    fits_get_errstatus(status, text);
    return complain(text);
}

// Without a null value for exact floats: cfitsio would turn denormals into zeros.
void* null_value(const Tiles& t) {
    static float f = std::numeric_limits<float>::quiet_NaN();
    static double d = std::numeric_limits<double>::quiet_NaN();
    if (!t.quantised) return nullptr;
    return t.bitpix == -32 ? static_cast<void*>(&f) : static_cast<void*>(&d);
}

}  // namespace

bool unpack_tiles(const Tiles& t) {
    int status = 0;
    fitsfile* file = nullptr;
    fits_open_diskfile(&file, "/proc/self/fd/0", READONLY, &status);
    if (status == 0) fits_movabs_hdu(file, 2, nullptr, &status);
    if (status != 0) return complain_about(status);
    if (fits_is_compressed_image(file, &status) == 0) return complain("cfitsio sees no compressed image");
    const auto size = static_cast<std::size_t>(t.bitpix < 0 ? -t.bitpix : t.bitpix) / 8;
    std::vector<unsigned char> slab(static_cast<std::size_t>(t.width * t.rows) * size);
    for (long plane = 1; plane <= t.planes; ++plane) {
        for (long y = 1; y <= t.height; y += t.rows) {
            long first[] = {1, y, plane};
            long last[] = {t.width, std::min(t.height, y + t.rows - 1), plane};
            long step[] = {1, 1, 1};
            int any = 0;
            fits_read_subset(file, type_of(t.bitpix), first, last, step, null_value(t), slab.data(), &any, &status);
            if (status != 0) return complain_about(status);
            const std::size_t count = static_cast<std::size_t>(t.width * (last[1] - y + 1)) * size;
            to_big_endian(slab, count, size);
            if (!write_all(slab.data(), count)) return false;
        }
    }
    return true;  // the file is not closed: nothing is to be written, and less of cfitsio runs
}

}  // namespace nightstack::unpack
