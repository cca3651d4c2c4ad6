// SPDX-License-Identifier: MIT
// Counts requests for large pieces of memory in this program: pages mapped by our own code, and operator new. Using it
// replaces both; so do sanitizers, under which nothing is counted. Any thread.
#pragma once

#include <cstddef>

namespace nightstack {

// From how many bytes on a request is large; a megabyte unless said.
void count_requests_from(std::size_t bytes);

std::size_t large_requests();  // since the program began

}  // namespace nightstack
