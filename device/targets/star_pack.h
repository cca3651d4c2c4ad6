// SPDX-License-Identifier: MIT
// The packed star atlas. Made by tools/targets/make_star_atlas.py; a file from elsewhere is refused unless it is whole.
// Constant once made: any thread.
//
// Little endian throughout:
//    0  "NSSTARS" and the version of the form, 1
//    8  u32 CRC-32 (of zlib) of everything from byte 16 on; u32 zero
//   16  u32 bands, u32 cells (sky_cells.h), u32 stars, u32 bytes of a star, 6
//   32  for each cell and one more: u32 number of its first star; u16 stars per square degree and magnitude around it
//   at
//       V 10, in hundredths; u16 V to which real stars are complete there, in hundredths. The last has only the number.
//       then the stars, those of a cell brightest first: u16 right ascension and u16 declination in 1/65536 of the
//       cell, from its corner (0.11" at most; the place is the middle of such a step); u16 light: the upper 11 bits
//       V in hundredths from -2, the lower 5 bits B-V in steps of 0.08 from -0.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "device/targets/sky_cells.h"
#include "device/targets/star_atlas.h"

namespace nightstack::device {

class StarPack {
public:
    // Keeps the bytes, which must outlive it. Throws FormatError when they are another form, DamagedError when they are
    // not whole.
    explicit StarPack(std::span<const std::byte> bytes);

    // The atlas in the program.
    static const StarPack& instance();

    const SkyCells& cells() const { return cells_; }
    std::size_t size() const { return stars_; }

    std::size_t begin_of(int cell) const { return word(cell, 0); }
    std::size_t end_of(int cell) const { return word(cell + 1, 0); }
    double density_at_ten(int cell) const {
        return (word(cell, 4) & 0xFFFF) / 100.0;
    }  // per square degree and magnitude
    double complete_to(int cell) const { return (word(cell, 4) >> 16) / 100.0; }

    float magnitude(std::size_t star) const;
    AtlasStar star(int cell, std::size_t star) const;

private:
    std::uint32_t word(int cell, std::size_t offset) const;
    const std::byte* record(std::size_t star) const;
    void check_table() const;
    std::span<const std::byte> bytes_;
    SkyCells cells_;
    std::size_t stars_ = 0;
};

}  // namespace nightstack::device
