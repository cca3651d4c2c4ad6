// SPDX-License-Identifier: MIT
// What is in these paths: sessions with their lights, what could calibrate them, and what was
// passed over. Works from names, the shape of folders and sidecars; opens no frame itself.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/session/calibration_candidate.h"
#include "io/session/ignored.h"
#include "io/session/name_hints.h"
#include "io/session/shots_info.h"
#include "pipeline/core/frame.h"

namespace nightstack::io {

// What a frame's header can add to its name.
struct HeaderSummary {
    FrameInfo info;         // role from IMAGETYP, exposure, gain ...
    bool is_stack = false;  // somebody's result (PROGRAM, STACKCNT): not a frame
};

struct ScanOptions {
    int max_depth = 6;                  // folders below a given one
    std::size_t max_entries = 100'000;  // files and folders looked at in all
    // Asked only for frames lying where no name tells lights from darks; nothing = cannot say.
    std::function<std::optional<HeaderSummary>(const std::filesystem::path&)> header;
    void check() const;  // throws OptionError
};

// One folder of lights.
struct Session {
    std::filesystem::path folder;
    std::filesystem::path given;  // the path it was found by: a folder, or the first of the files named
    std::string name;             // as written, any bytes; the folder above when that is just called "lights"
    std::vector<std::filesystem::path> lights;         // by time when all names tell it, else by counter
    std::vector<std::filesystem::path> device_failed;  // failed_...
    std::vector<CalibrationCandidate> calibration;     // found within the scanned paths, fit for this folder
    std::optional<ShotsInfo> sidecar;
    NameHints hints;  // of the first frame's name, then of the folder's
    std::vector<std::string> warnings;
    std::vector<Session> parts;  // of joined sessions: each as it was found; else empty
    bool recorded = false;       // told by a report or a live stack: to each part exactly the calibration that it lists
};

// The sessions as one to be stacked together: folder, name and hints of the first, the frames of all. At least one.
Session joined(std::vector<Session> sessions);

// What a session was joined from: itself when it was not.
std::span<const Session> parts_of(const Session& session);

struct SessionScan {
    std::vector<Session> sessions;                  // in the order of the paths, then natural order
    std::vector<CalibrationCandidate> calibration;  // all of it
    std::vector<Ignored> ignored;
    bool complete = true;  // false when depth or number of entries ended the walk
};

// Folders are walked; files that are named are taken as lights whatever they are called, except
// what a shell pattern sweeps up: where ordinary frames of the same folder are named too, results,
// other types and calibration frames keep their place. failed_ frames stay failed_ frames.
// A PNG or JPEG is a light only when it is named, or when its folder is (or is called "lights") and there is
// no better frame anywhere in the given paths; never in a session folder of the scope.
// Throws OptionError for bad options; everything about the paths is in the result.
SessionScan scan(std::span<const std::filesystem::path> paths, const ScanOptions& options = {});

// `info` with its gaps filled from names and sidecar, in this order; of joined sessions give the frame's own.
// `frame_name` is the file's own.
FrameInfo with_hints(FrameInfo info, const NameHints& frame_name, const Session& session);

}  // namespace nightstack::io
