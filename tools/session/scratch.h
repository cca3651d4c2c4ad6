// SPDX-License-Identifier: MIT
// Where unpacked frames lie during a run: one store for the whole process, as memory and disk are.
#pragma once

#include <cstddef>

#include "io/files/scratch_store.h"

namespace nightstack::tools {

// Any thread. 64 MB in memory until a run says otherwise (set_memory), then an unnamed file in the cache
// folder.
io::ScratchStore& scratch();

// What this process holds: its resident memory, and the frames in the store, which are not seen there.
std::size_t held_bytes();

}  // namespace nightstack::tools
