// SPDX-License-Identifier: MIT
// What a report says about how its stack was made, read back: enough to make it once more.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::tools {

inline constexpr int kReportSchema = 1;  // the newest that can be read

struct RecordedInput {
    std::string file;    // as the report shows it
    std::string sha256;  // "" when the file could not be read then
    std::string role;    // light, dark, flat, bias, flat dark
    std::uint64_t bytes = 0;
};

struct RecordedFrame {
    std::string file;
    std::string verdict, reason;
    std::optional<std::size_t> group;  // of lights with masters of their own, where there are several
};

// A master as it was applied: the hash over the hashes of its frames, and how many there were.
struct RecordedMaster {
    std::string kind;
    std::string sha256;
    std::size_t frames = 0;
};

struct RecordedStack {
    std::string version;
    // By long name; only what was set: a switch that is off and an empty list are left out, so that reports that
    // list every setting and reports that list the given ones read alike.
    std::vector<std::pair<std::string, std::vector<std::string>>> options;
    std::vector<RecordedInput> inputs;                // lights first, in the order of `frames`
    std::vector<RecordedFrame> frames;                // one per light
    std::vector<RecordedMaster> masters;              // each once
    std::vector<std::vector<RecordedMaster>> groups;  // those of each group of lights; empty when there is but one
    bool has_stack = false;                           // there was a usable frame, so that there is a FITS

    std::size_t lights() const { return frames.size(); }
};

// `name` is for messages. Throws OptionError with the field named for anything that is not a report this program can
// read, a newer schema among it.
RecordedStack parse_report(std::string_view text, const std::string& name);
// The same of a file of at most 256 MB.
RecordedStack read_report(const std::filesystem::path& path);

}  // namespace nightstack::tools
