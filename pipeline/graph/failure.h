// SPDX-License-Identifier: MIT
// The per-frame edge of a run: what a caught exception means for the frame it struck.
#pragma once

#include <exception>

#include "pipeline/core/verdict.h"

namespace nightstack {

// `failed` with the exception's words; the reason is `truncated` for a FormatError (a file that passed
// the gate can only have shrunk), `io` for everything else. Rethrows what no frame is to blame for
// (Interrupted, OptionError, std::bad_alloc, std::logic_error); call it inside the catch block.
Judgement failure_of(const std::exception& e);

}  // namespace nightstack
