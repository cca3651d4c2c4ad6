// SPDX-License-Identifier: MIT
#include "pipeline/graph/failure.h"

#include <new>
#include <stdexcept>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

template <class Kind>
bool is(const std::exception& e) {
    return dynamic_cast<const Kind*>(&e) != nullptr;
}

}  // namespace

Judgement failure_of(const std::exception& e) {
    // An option that does not fit would strike every frame alike, so it ends the run as well.
    if (is<Interrupted>(e) || is<OptionError>(e) || is<std::bad_alloc>(e) || is<std::logic_error>(e)) throw;
    // After the gate has accepted a file, the only thing left to go wrong with its bytes is that it shrank.
    return {Verdict::failed, is<FormatError>(e) ? Reason::truncated : Reason::io, e.what(), {}};
}

}  // namespace nightstack
