// SPDX-License-Identifier: MIT
// What the journal of a live night tells, as values. A record is JSON text; who reads a journal knows from it how far a
// night has come and what belongs to it. Plain values and pure functions.
//
// Order: `begun` first; `rules` before the first frame that can be stacked; `inputs` and then `masters` of a group
// before its first frame; each `frame` before its `verdict`; a `checkpoint` after its file has its name; `done` when
// the products are there. Behind it: `best`, and `done` once more when frames were taken out of them or put back.
// Rules of a night that begins `anew` make void what groups and verdicts were before; each frame that has a group by
// them is told with a `group`, after its masters.
//
// Names and paths are bytes; in the text all that is not plain ASCII stands as %XX.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "io/session/calibration_match.h"
#include "pipeline/core/frame.h"
#include "pipeline/core/transform.h"
#include "tools/session/masters.h"
#include "tools/session/recorded_stack.h"

namespace nightstack::tools {

inline constexpr int kNightSchema = 1;  // the newest that can be read

// What was asked for. The same call again goes on with the night.
struct BegunRecord {
    std::string program;
    std::string source;   // kind and place, as in "watch /photos"
    std::string folder;   // of the frames, absolute
    std::string options;  // JSON: settings that make the night, those that decide about pixels among them
    std::string call;     // JSON: settings that may be otherwise in the next call
    std::string target;
    std::string utc;     // by this computer's clock
    std::string part{};  // which of a plan's targets it is, with its settings (part_of of the plan); "" not of a plan
};

// What holds for all frames: as the first that could be stacked has it, or three that outvoted it (rules_vote.h).
struct RulesRecord {
    StreamFormat format;
    FrameInfo info;                 // camera, binning, exposure, gain, filter of it
    std::uint64_t stack_bytes = 0;  // that the stack may take: it decides which canvas is too large
    bool anew = false;              // the night has begun once more with these
};

// Calibration frames that were read for a group of lights: as many records as they need.
struct InputsRecord {
    std::uint64_t group = 0;            // from 0
    std::uint64_t from = 0;             // position of the first of these among all of the group
    std::vector<RecordedInput> inputs;  // at most kMostInputsARecord; files are paths as they are on the disk
};
inline constexpr std::size_t kMostInputsARecord = 400;

// The masters of that group, exactly as they were chosen.
struct MastersRecord {
    std::uint64_t group = 0;
    io::LightKey key;  // what makes a light one of the group, besides its folder
    std::vector<AppliedMaster> applied;
    AppliedMaster flat_offset;
    std::vector<std::string> warnings;
    std::uint64_t failed = 0;
    std::uint64_t defects = 0;    // of the dark
    bool impulse_filter = false;  // instead of one
};

struct FrameRecord {
    std::uint64_t seq = 0;  // from 1, in the order of arrival
    std::string name;       // below the source's folder
    std::string path;       // absolute
    std::uint64_t bytes = 0;
    std::string sha256;          // "" when it could not be read
    bool marked_failed = false;  // by the device
    std::optional<std::uint64_t> group;
    std::optional<FrameInfo> said{};  // by the folder's name and sidecars when it was taken (frame_gaps.h)
};

// The group of a frame that was kept before, known by its name and bytes.
struct GroupRecord {
    std::string name, sha256;
    std::uint64_t group = 0;
};

struct VerdictRecord {
    std::uint64_t seq = 0;
    std::string verdict, reason;
};

// A state file that holds what became of the first so many frames.
struct CheckpointRecord {
    std::uint64_t slot = 0;  // 0 or 1
    std::uint64_t frames = 0;
    Transform last;  // where the last registered light lay
    std::uint64_t bytes = 0;
};

// Of a source's own, as it wants it back.
struct SourceRecord {
    std::string text;
};

// Products that are about to be written: files of an earlier end of the night, which was broken off, are known by it.
struct ProductsRecord {
    std::vector<std::string> files;  // names
};

struct DoneRecord {
    int code = 0;
    std::vector<std::string> products;  // file names
    bool best_due = false;              // the best stack was asked for as well
};

// The best stack of the night's frames is there, or cannot be made.
struct BestRecord {
    int code = 0;
    std::vector<std::string> files;  // names; empty: there is none
};

// The user's word about a frame that is in the stack, or will be: it is taken out of the products, or put back.
struct DecisionRecord {
    std::string sha256;
    std::string file;  // name
    bool retracted = false;
};

using NightRecord =
    std::variant<BegunRecord, RulesRecord, InputsRecord, MastersRecord, FrameRecord, GroupRecord, VerdictRecord,
                 CheckpointRecord, SourceRecord, ProductsRecord, DoneRecord, BestRecord, DecisionRecord>;

std::string record_text(const NightRecord& record);
// Throws FormatError with the field: no record of ours, or of a newer nightstack.
NightRecord parse_record(std::string_view text);

}  // namespace nightstack::tools
