// SPDX-License-Identifier: MIT
#include "tools/session/scratch.h"

#include "tools/cli/settings.h"

namespace nightstack::tools {

io::ScratchStore& scratch() {
    static io::ScratchStore store(std::uint64_t{64} << 20, cache_folder() / "scratch");
    return store;
}

}  // namespace nightstack::tools
