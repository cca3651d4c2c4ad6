// SPDX-License-Identifier: MIT
// What nightstack-unpack denies itself before it looks at a byte, so that a hostile file that takes it
// over finds nothing to do harm with.
#pragma once

namespace nightstack::unpack {

// Processor time, address space, no file that grows, no core file, no further process; dies with its
// parent. False when the system refuses one of them: then nothing may be unpacked.
bool limit_self(long cpu_s, long memory_mb);

}  // namespace nightstack::unpack
