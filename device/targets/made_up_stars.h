// SPDX-License-Identifier: MIT
// Stars fainter than the atlas goes, made from a seed. Each cell of the sky has its own dice, so any two cones that
// share a cell show the same stars in it. Pure, any thread.
//
// How many: the atlas knows for each cell how many stars there are around it at V 10 per square degree and magnitude.
// From there the logarithm of that density goes on with a slope that falls evenly from V 10 to 16.5, as a function of
// galactic latitude. The slope at V 10 is that of Tycho-2; the one at 16.5 comes from the table of star counts in Cox
// (ed.), Allen's Astrophysical Quantities, 4th edition. At V 15 to 17 this gives up to 0.2 dex more stars than that
// table and 0.2 less than Tycho-2 with UCAC4, which counts in a redder band.
#pragma once

#include <cstdint>
#include <vector>

#include "device/targets/star_pack.h"

namespace nightstack::device {

// Nothing fainter than this is made: V.
inline constexpr double kFaintestMadeUp = 18;

// Expected stars per square degree and magnitude at V in a cell.
double star_density(const StarPack& pack, int cell, double magnitude);

// Appends the made-up stars of a cell brighter than `faintest`, in no order. Where the real ones are not complete, the
// missing are made up as well.
void append_made_up(const StarPack& pack, int cell, double faintest, std::uint64_t seed, std::vector<AtlasStar>& out);

}  // namespace nightstack::device
