// SPDX-License-Identifier: MIT
#include "benchmarks/pipeline/decode/turbo.h"

#include <turbojpeg.h>

namespace nightstack {

bool Turbo::there() { return true; }
Turbo::Turbo() : handle_(tjInitDecompress()) {}
Turbo::~Turbo() { tjDestroy(handle_); }

bool Turbo::planes(std::span<const std::byte> jpeg, const std::array<std::uint8_t*, 3>& out) {
    std::array<std::uint8_t*, 3> planes = out;
    return tjDecompressToYUVPlanes(handle_, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size(),
                                   planes.data(), 0, nullptr, 0, TJFLAG_ACCURATEDCT) == 0;
}

bool Turbo::rgb(std::span<const std::byte> jpeg, std::uint8_t* out) {
    return tjDecompress2(handle_, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size(), out, 0, 0, 0,
                         TJPF_RGB, TJFLAG_ACCURATEDCT) == 0;
}

}  // namespace nightstack
