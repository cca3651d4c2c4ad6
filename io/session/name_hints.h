// SPDX-License-Identifier: MIT
// What names of folders and files tell, in every form a DWARF has written and in the usual forms
// of people and other cameras. A hint is weaker than a header: folder names have been seen to lie.
// Pure functions, any thread; any bytes are accepted as a name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/session/name_text.h"

namespace nightstack::io {

enum class CameraSide { unknown, tele, wide };
std::string_view name(CameraSide side);  // "tele", "wide", "" unknown

// Absent means the name does not say.
struct NameHints {
    std::string target;
    std::string filter;  // as written: Astro, Duo-Band, IRCUT
    std::optional<double> exposure_s;
    std::optional<double> gain;
    std::optional<int> binning;
    std::optional<double> temperature_c;
    std::optional<int> ir;                // filter code of ready flats: 0 VIS, 1 Astro, 2 Duo-Band
    std::optional<int> stacked_frames;    // of a ready master
    std::optional<std::int64_t> counter;  // number of the frame in its session
    std::optional<ScopeTime> stamp;
    CameraSide camera = CameraSide::unknown;
    bool mosaic = false;
    bool restacked = false;
    friend bool operator==(const NameHints&, const NameHints&) = default;
};

// `first` with its gaps filled from `second`.
NameHints merged(NameHints first, const NameHints& second);

enum class FolderKind {
    other,
    session,  // DWARF_RAW_...
    lights,   // sorted by hand, as the next four
    darks,
    flats,
    biases,
    flat_darks,
    dark_tree,         // DWARF_DARK, DWARF_DARK_<time>
    dark_group,        // exp_15_gain_80_bin_1 in such a tree
    calibration_tree,  // CALI_FRAME
    camera,            // cam_0 (tele), cam_1 (wide) in such a tree
    scratch,           // DWARF_GOTO_..., Solving_Failed: attempts to find the target
    thumbnails,
    hidden,
};

struct FolderName {
    FolderKind kind = FolderKind::other;
    NameHints hints;
};
FolderName parse_folder_name(std::string_view name);

enum class FileKind {
    frame,
    failed_frame,  // the scope's own stacker had refused it
    dark,          // by the word in its name; `is_master` tells ready masters
    flat,
    bias,
    flat_dark,
    stacked_result,
    own_product,  // <object>_<utc>_<N>x<exp>s.*, *.nst
    sidecar,      // shotsInfo.json
    compressed,   // .fits.bz2 and the like; .fz and .fits.gz are frames
    partial,      // still being written
    hidden,
    other,
};

// From what is a frame wherever it lies to what is more often a preview beside one.
enum class FrameContainer {
    fits,  // also .fz and .fits.gz
    tiff,
    picture,  // PNG, JPEG
};

struct FileName {
    FileKind kind = FileKind::other;
    bool is_master = false;
    FrameContainer container = FrameContainer::fits;
    NameHints hints = {};
};
FileName parse_file_name(std::string_view name);

// By its ending alone: of a frame or picture in any of these containers, packed or not; of a JPEG.
bool named_like_frame(std::string_view name);
bool named_like_jpeg(std::string_view name);

}  // namespace nightstack::io
