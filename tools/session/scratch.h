// SPDX-License-Identifier: MIT
// Where unpacked frames lie during a run: one store for the whole process, as memory and disk are.
#pragma once

#include "io/files/scratch_store.h"

namespace nightstack::tools {

// Any thread. 64 MB in memory until a run says otherwise (set_memory), then an unnamed file in the cache
// folder.
io::ScratchStore& scratch();

}  // namespace nightstack::tools
