// SPDX-License-Identifier: MIT
// Rows that time a plain memcpy of frames, the yardstick of everything that is bound by memory: a
// benchmark that registers one beside its own rows gets "how many copies" out of the same run.
// Conditions are the same everywhere: huge pages, and eight frames in turn, so that no copy finds its
// frame still in the cache. The memory is taken at the first use. One thread.
#pragma once

namespace nightstack {

// copy/u16/3840x2160 and copy/f32/3840x2160.
void register_copy_u16();
void register_copy_f32();

}  // namespace nightstack
