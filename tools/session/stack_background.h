// SPDX-License-Identifier: MIT
// --background: the sky's slope is taken off a finished stack, band by band, where its planes lie.
#pragma once

#include <array>
#include <stop_token>
#include <string>

#include "pipeline/core/runner.h"
#include "pipeline/stages/background/background_model.h"
#include "tools/session/stack_options.h"
#include "tools/session/stack_planes.h"

namespace nightstack::tools {

// Words to values. Throws OptionError.
BackgroundOptions background_options(const StackOptions& options);

struct BackgroundReport {
    BackgroundOptions options;
    int planes = 0;
    std::array<BackgroundModel, 3> model;
    std::string json() const;
    std::string text() const;  // one sentence
};

// Fits each plane and subtracts; pixels without coverage stay 0. Holds a few bands of cells and one model per plane.
// Throws Interrupted and what the planes throw.
BackgroundReport remove_background(const StackPlanes& planes, const BackgroundOptions& options, Runner& runner,
                                   const std::stop_token& stop);

}  // namespace nightstack::tools
