// SPDX-License-Identifier: MIT
#include "pipeline/graph/failure.h"

#include "pipeline/core/error.h"

namespace nightstack {

Judgement failure_of(const std::exception& e) {
    Judgement judgement{Verdict::failed, Reason::io, e.what(), {}};
    if (dynamic_cast<const FormatError*>(&e) != nullptr) {
        // After the gate has accepted a file, the only thing left to go wrong is that it shrank.
        judgement.reason = Reason::truncated;
        return judgement;
    }
    if (dynamic_cast<const IoError*>(&e) != nullptr) return judgement;
    throw;
}

}  // namespace nightstack
