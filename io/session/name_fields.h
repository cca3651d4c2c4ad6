// SPDX-License-Identifier: MIT
// Fields inside names, shared by names of folders and of files. Internal to this folder.
#pragma once

#include <span>
#include <string_view>

#include "io/session/name_hints.h"

namespace nightstack::io {

// exp 15.000000 gain 60 bin 1 ir 0 stack 3, and 28C anywhere: the form of ready masters and dark
// folders. Words that fit nothing are passed over.
void read_key_values(NameHints& hints, std::span<const std::string_view> words);

// <target> 15s 60 0011, <target> 15s60 Astro 20251018-045226559 17C, raw 15s 130 0000 <time> 16C,
// NGC 7023 10.0s IRCUT 20240730-224436, 0000. The exposure is sought from the right; what stands
// left of it, joined with '_', is the target.
void read_frame_fields(NameHints& hints, std::span<const std::string_view> words);

}  // namespace nightstack::io
