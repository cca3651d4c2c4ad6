// SPDX-License-Identifier: MIT
// The lights of one session, opened and held against each other: what may be stacked together.
#pragma once

#include <vector>

#include "io/session/session_scan.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/light.h"
#include "tools/cli/talk.h"
#include "tools/session/input_frame.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

struct SessionLights {
    std::vector<InputFrame> frames;     // in order; device-failed ones among them
    StreamFormat format;                // of most of them
    std::vector<std::size_t> part;      // of each frame: which of io::parts_of(session) it came with
    std::vector<std::string> warnings;  // about what was taken for granted; told with those about the masters
    std::size_t usable() const;         // not settled yet
};

// Opens the lights, their hashes put off; sizes, patterns, cameras and binnings that differ from most fail by name; the
// user's and the device's verdicts are settled. Throws OptionError when gain, exposure or filter
// differ and --mix is not given, Interrupted.
SessionLights open_lights(const io::Session& session, const StackOptions& options, Runner& runner, Talk& talk,
                          const std::stop_token& stop);

// Verdicts before any pixel: by the device's mark, by --exclude.
Judgement marked_failed();
Judgement left_out();
// "480 x 320 GBRG"
std::string format_text(const StreamFormat& format);

enum class Hashed { yes, no };

// As a run wants them; the frames must outlive the result. With Hashed::yes the first to read a frame hashes it.
std::vector<Light> as_lights(const std::vector<InputFrame>& frames, const StackOptions& options, Hashed hashed);

// Does the word on the command line (path, file name, or name without extension) mean this frame?
bool names_frame(const std::string& word, const InputFrame& frame);
bool names_frame(const std::string& word, const std::filesystem::path& frame);

// Every word of --include and --exclude names a light of one of the sessions. Throws OptionError.
void check_frame_words(const StackOptions& options, std::span<const io::Session> sessions);

}  // namespace nightstack::tools
