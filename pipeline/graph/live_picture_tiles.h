// SPDX-License-Identifier: MIT
// What a live stack shows, handed over piece by piece as the tiles of a stack: no picture of frame size is made.
#pragma once

#include <functional>
#include <stop_token>

#include "pipeline/core/runner.h"
#include "pipeline/graph/integrate_lights.h"
#include "pipeline/graph/stack_summary.h"
#include "pipeline/stages/live/live_stack.h"

namespace nightstack {

// Into how many pieces `put_live_picture` cuts this part of the canvas.
int count_live_pieces(const Rect& shown);

// `put` gets every piece and plane of `shown` (pixels of the live stack; the pieces are told from its corner on) once,
// from several threads; `done` follows each piece. The percentages of the summary are taken from them. Throws
// Interrupted, what `put` throws. `convert` may change a piece before it is handed over, its planes all together.
void put_live_picture(const LiveStack& stack, const Rect& shown, StackSummary& summary,
                      const std::function<void(const StackTile&)>& put, Runner& runner,
                      const std::function<void()>& done, const std::stop_token& stop,
                      const std::function<void(LivePicture&)>& convert = {});

}  // namespace nightstack
