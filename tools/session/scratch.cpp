// SPDX-License-Identifier: MIT
#include "tools/session/scratch.h"

#include "tools/cli/settings.h"
#include "tools/session/machine.h"

namespace nightstack::tools {

io::ScratchStore& scratch() {
    static io::ScratchStore store(std::uint64_t{64} << 20, cache_folder() / "scratch");
    return store;
}

io::BlockCache& decoded_blocks() {
    static io::BlockCache cache(std::size_t{64} << 20);
    return cache;
}

std::size_t held_bytes() {
    return resident_bytes() + static_cast<std::size_t>(scratch().memory_used()) + decoded_blocks().growth();
}

}  // namespace nightstack::tools
