// SPDX-License-Identifier: MIT
// The per-frame edge of a run: what a caught exception means for the frame it struck.
#pragma once

#include <exception>

#include "pipeline/core/verdict.h"

namespace nightstack {

// `failed` with the exception's words; the reason is `io` for the system's refusals, `truncated` for
// files that end early, `header` for other bytes that are wrong. Rethrows what no frame is to blame
// for (Interrupted, std::bad_alloc, std::logic_error).
Judgement failure_of(const std::exception& e);

}  // namespace nightstack
