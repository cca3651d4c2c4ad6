// SPDX-License-Identifier: MIT
// What a scan passed over, and why: nothing disappears without a word.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace nightstack::io {

enum class IgnoreReason {
    stacked_result,    // the scope's own stack or a picture derived from it
    own_product,       // made by this program
    other_type,        // no kind of frame
    tiff_beside_fits,  // a processed picture among FITS frames
    preview,           // a PNG or JPEG beside better frames, or in a folder nobody named
    compressed,        // .fits.bz2 and the like: unpack first
    partial,           // still being written
    hidden,
    thumbnails,
    scratch,     // DWARF_GOTO_..., Solving_Failed
    repeated,    // the same file or folder again (a link loop, or given twice)
    not_a_file,  // a pipe, socket or device
    missing,     // was named, is not there; or a link to nothing
    unreadable,  // the system said no
    too_deep,
    too_many,
};

std::string_view explain(IgnoreReason reason);

struct Ignored {
    std::filesystem::path path;
    IgnoreReason reason = IgnoreReason::other_type;
    std::string text;  // the path as it may be shown, and the reason in words
    // The user should know and the exit code tell: not an ordinary leaving aside.
    bool is_problem() const {
        return reason == IgnoreReason::missing || reason == IgnoreReason::unreadable ||
               reason == IgnoreReason::too_deep || reason == IgnoreReason::too_many;
    }
};

}  // namespace nightstack::io
