// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nightstack::io {

// CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected, as in RFC 3720 B.4): finds what a disk or a transfer has
// changed by accident, nothing that somebody forged. `before` continues a sum over the bytes that came earlier.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace nightstack::io
