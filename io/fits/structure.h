// SPDX-License-Identifier: MIT
// The mandatory cards of a header unit: what kind of unit, which samples, which axes, how many bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/fits/gate.h"
#include "io/fits/header_block.h"

namespace nightstack::io {

struct HduStructure {
    std::string extension;  // "IMAGE", "BINTABLE" ...; "" for the primary
    int bitpix = 0;
    std::vector<std::int64_t> axes;
    std::int64_t pcount = 0;
    std::int64_t gcount = 1;
    bool groups = false;
    FitsHeader header;
};

enum class HduKind { primary, extension };

// Checks the order, form and uniqueness of the mandatory cards. Throws FitsError.
HduStructure read_structure(const HeaderBlock& block, HduKind kind, const std::string& name);

// Bytes of data that belong to it, without padding. Throws FitsError when they pass 2^62.
std::uint64_t data_bytes_of(const HduStructure& structure, const std::string& name);

// The layout, if the unit is a picture; otherwise FitsError (axes, or header for bad scaling).
FitsLayout picture_layout(const HduStructure& structure, HduKind kind, std::uint64_t data_at, const std::string& name);

}  // namespace nightstack::io
