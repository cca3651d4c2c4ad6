// SPDX-License-Identifier: MIT
// The bytes of one header unit, from its first card to END, checked to be text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/fits/byte_source.h"

namespace nightstack::io {

inline constexpr std::uint64_t kFitsBlock = 2880;
inline constexpr std::size_t kFitsCard = 80;
inline constexpr int kMaxHeaderBlocks = 64;

struct HeaderBlock {
    std::string cards;          // whole 80-byte cards before END, printable ASCII
    std::uint64_t data_at = 0;  // first byte after the header's last block

    std::size_t count() const { return cards.size() / kFitsCard; }
    std::string_view card(std::size_t i) const { return std::string_view(cards).substr(i * kFitsCard, kFitsCard); }
    std::string_view key(std::size_t i) const;  // without trailing blanks
};

// Reads at most kMaxHeaderBlocks blocks from `offset`. Bytes that are no text are blanked with a
// warning where they can do no harm (value and comment of a card) and refused elsewhere.
// Throws FitsError truncated or header, IoError.
HeaderBlock read_header_block(const ByteSource& source, std::uint64_t offset, std::vector<std::string>& warnings);

}  // namespace nightstack::io
