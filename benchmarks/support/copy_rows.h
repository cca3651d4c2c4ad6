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

// Copies one u16 frame under the same conditions; thread_seconds. For programs that take turns between copies and
// frames.
double copy_u16_frame();
// Processor time of the calling thread: what others do on a busy machine is not in it.
double thread_seconds();

}  // namespace nightstack
