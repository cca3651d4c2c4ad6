// SPDX-License-Identifier: MIT
// Where unpacked frames lie during a run: one store for the whole process, as memory and disk are.
#pragma once

#include <cstddef>

#include "io/files/scratch_store.h"
#include "io/image_files/block_cache.h"

namespace nightstack::tools {

// Any thread. 64 MB in memory until a run says otherwise (set_memory), then an unnamed file in the cache
// folder.
io::ScratchStore& scratch();

// Decoded blocks of compressed TIFFs, likewise. 64 MB until a run says otherwise (set_budget).
io::BlockCache& decoded_blocks();

// What this process holds or has promised: its resident memory; the frames in the store, which are not seen there; what
// the decoded blocks may still grow by.
std::size_t held_bytes();

}  // namespace nightstack::tools
