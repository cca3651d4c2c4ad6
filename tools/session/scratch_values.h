// SPDX-License-Identifier: MIT
// Values and coverage of a stack in a file that never gets a name: for what has to see the whole stack before it can be
// compared.
#pragma once

#include <optional>

#include "io/fits/writer.h"
#include "pipeline/graph/offline_run.h"
#include "tools/session/stack_planes.h"
#include "tools/solve/private_folder.h"

namespace nightstack::tools {

class ScratchValues {
public:
    // As the sink of a run; `begin` may come again. Throws IoError.
    void begin(const StackSummary& summary);
    void put(const StackTile& tile);  // thread-safe
    StackPlanes planes();             // valid as long as this

private:
    PrivateFolder folder_;
    std::optional<io::FitsWriter> file_;
    Rect canvas_;
    int planes_ = 0;
};

}  // namespace nightstack::tools
