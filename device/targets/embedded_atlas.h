// SPDX-License-Identifier: MIT
// The star atlas and the list of extended objects as they stand in device/targets/data. Apart from embedded_lists.h, so
// that only programs that draw the sky carry its five megabytes. Constant data, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace nightstack::device {

std::span<const std::byte> star_atlas_bytes();  // star_pack.h reads it; BSD-2- and BSD-3-Clause
std::string_view object_list();                 // CC-BY-SA-4.0, see its head

}  // namespace nightstack::device
