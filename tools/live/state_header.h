// SPDX-License-Identifier: MIT
// The chunk STAT of an .nst file: everything about the stack but its tiles, and whether it and the ledger can be of one
// stack. Pure functions; all throw FormatError with what cannot be, the text without the file's name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/live/live_stack.h"
#include "tools/live/ledger.h"
#include "tools/live/tile_bytes.h"

namespace nightstack::tools {

struct StateHeader {
    LiveStackOptions options;
    std::uint64_t closed_frames = 0;
    std::int32_t open_frames = 0;
    Rect extent;
    std::uint32_t tiles = 0;
    OpenBlocks open() const { return open_frames > 0 ? OpenBlocks::kept : OpenBlocks::none; }
    std::uint64_t bytes() const { return std::uint64_t{tiles} * LiveTile::bytes(options.planes, options.clip_depth); }
};

std::vector<std::byte> encoded_header(const StateHeader& header);
StateHeader decoded_header(std::span<const std::byte> bytes);

// Its numbers may be used: no product of them overflows.
void check_header(const StateHeader& header);
// What header and ledger say of the same agrees; of a header that was checked.
void check_together(const StateHeader& header, const LiveLedger& ledger);
// Which block the open one is, and that its frames are as many as the stack says. Version 1 does not tell: it is the
// last.
void settle_open_block(LiveLedger& ledger, const StateHeader& header);

}  // namespace nightstack::tools
