// SPDX-License-Identifier: MIT
// What a frame's header and name leave open, and a folder's name or a sidecar has told: kept with the frame, so that a
// sidecar that comes later, or is gone, changes nothing about frames that were taken. Pure functions.
#pragma once

#include <filesystem>

#include "io/session/session_scan.h"
#include "pipeline/core/frame.h"

namespace nightstack::tools {

// What the session adds to what the frame itself says; the rest is absent.
FrameInfo said_by_session(const FrameInfo& header, const std::filesystem::path& frame, const io::Session& session);
// What was known of the frame then.
FrameInfo with_said(const FrameInfo& header, const std::filesystem::path& frame, const FrameInfo& said);

}  // namespace nightstack::tools
