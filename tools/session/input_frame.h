// SPDX-License-Identifier: MIT
// A frame the user gave us: its file, opened and to be hashed, or why not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "io/files/frame_file.h"
#include "io/fits/header.h"
#include "io/session/session_scan.h"
#include "pipeline/core/runner.h"
#include "pipeline/core/verdict.h"
#include "tools/session/file_hash.h"

namespace nightstack::tools {

struct InputFrame {
    std::filesystem::path path;
    std::string shown;               // the path, fit for a terminal and a report
    std::string role;                // light, dark, flat, bias, flat dark
    std::string sha256;              // "" when the file could not be read, or not yet
    std::shared_ptr<FileHash> hash;  // where it was put off
    std::uint64_t bytes = 0;
    std::unique_ptr<io::FrameFile> file;  // empty when it could not be opened
    FrameInfo info;                       // of the header, gaps filled from names and sidecar
    bool own_result = false;              // a light that this program has made
    std::optional<Judgement> settled;     // why it is out before any pixel was looked at
};

// By its first bytes: FITS (also .fz and .gz, then unpacked), TIFF, PNG, JPEG. `pattern` ("", "mono",
// "RGGB" ...) for files that do not say. Throws IoError, FormatError, Interrupted.
std::unique_ptr<io::FrameFile> open_frame(const std::filesystem::path& path, const std::string& pattern,
                                          const std::stop_token& stop = {});

// Of a FITS frame, also of an unpacked one; nullptr for pictures.
const io::FitsHeader* fits_header(const io::FrameFile& frame);

// What a header adds to a name; nothing when it cannot be read. For scans.
std::optional<io::HeaderSummary> header_summary(const std::filesystem::path& path);

enum class Hashing {
    now,
    later,  // by whoever needs `hash`, at the latest by take_hashes
};

// Opens and hashes, several at a time; what goes wrong with one becomes its `settled`. Throws Interrupted.
std::vector<InputFrame> open_inputs(const std::vector<std::filesystem::path>& paths, const std::string& role,
                                    const std::string& pattern, Hashing hashing, Runner& runner,
                                    const std::stop_token& stop);

// Fills in every `sha256` that was put off; those that nobody has needed yet are found now, several at a time. A file
// that cannot be read stays without. Throws Interrupted.
void take_hashes(std::vector<InputFrame>& frames, Runner& runner);

}  // namespace nightstack::tools
