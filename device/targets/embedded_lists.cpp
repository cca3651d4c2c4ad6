// SPDX-License-Identifier: MIT
#include "device/targets/embedded_lists.h"

#include "device/targets/embed.h"

NIGHTSTACK_EMBED(nightstack_openngc, "openngc.txt");
NIGHTSTACK_EMBED(nightstack_stars, "stars.txt");
NIGHTSTACK_EMBED(nightstack_extra, "extra.txt");

namespace nightstack::device {

std::string_view openngc_list() { return {nightstack_openngc_begin, nightstack_openngc_end}; }
std::string_view star_list() { return {nightstack_stars_begin, nightstack_stars_end}; }
std::string_view extra_list() { return {nightstack_extra_begin, nightstack_extra_end}; }

}  // namespace nightstack::device
