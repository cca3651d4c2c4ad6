// SPDX-License-Identifier: MIT
// A host's addresses without blocking who asks. The system's call cannot be interrupted and may take half a minute
// when a name server is silent, so it runs on a thread of its own that nobody waits for: whoever asked looks at
// `finished` now and then, or no more. Any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nightstack {

struct NameLookup {
    std::mutex mutex;  // guards all below
    bool finished = false;
    std::vector<std::string> addresses;  // as numbers; empty: see problem
    std::string problem;
};

std::shared_ptr<NameLookup> look_up(const std::string& host);

}  // namespace nightstack
