// SPDX-License-Identifier: MIT
// Reads a rectangle of a stored plane in blocks that stay in the first cache.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "io/fits/gate.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack::io {

using ReadAt = std::function<void(std::span<std::byte>, std::uint64_t offset)>;

enum class RowOrder { as_stored, reversed };  // which row of the file is row 0 of `region` and `out`

// `region` lies inside the picture and has the size of `out`; 64 KiB of stack, no other memory.
void read_region(ImageView<float> out, Rect region, int plane, const FitsLayout& layout, RowOrder order,
                 const ReadAt& read_at);
// Only where is_u16(layout).
void read_region(ImageView<std::uint16_t> out, Rect region, int plane, const FitsLayout& layout, RowOrder order,
                 const ReadAt& read_at);

}  // namespace nightstack::io
