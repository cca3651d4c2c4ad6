// SPDX-License-Identifier: MIT
#include "device/targets/embedded_atlas.h"

#include "device/targets/embed.h"

NIGHTSTACK_EMBED(nightstack_star_atlas, "stars.atlas");
NIGHTSTACK_EMBED(nightstack_objects, "objects.txt");

namespace nightstack::device {

std::span<const std::byte> star_atlas_bytes() {
    return std::as_bytes(std::span(nightstack_star_atlas_begin, nightstack_star_atlas_end));
}

std::string_view object_list() { return {nightstack_objects_begin, nightstack_objects_end}; }

}  // namespace nightstack::device
