// SPDX-License-Identifier: MIT
// The words of `stack` for a small live stack that is kept: superpixels, no PNG, over what is there.
#pragma once

#include <filesystem>

#include "tests/tools/program.h"

namespace nightstack::test {

inline Words kept_stack_words(const std::filesystem::path& lights, const std::filesystem::path& state) {
    return {lights.string(), "--method", "stream",  "--demosaic", "superpixel",
            "--png",         "none",     "--force", "--state",    state.string()};
}

}  // namespace nightstack::test
