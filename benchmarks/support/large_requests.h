// SPDX-License-Identifier: MIT
// Counts requests for memory of a megabyte and more in this program: pages mapped by our own code, and operator new.
// Linking large_requests.cpp replaces both; so do sanitizers, under which nothing is counted.
#pragma once

#include <cstddef>

namespace nightstack {

std::size_t large_requests();

}  // namespace nightstack
