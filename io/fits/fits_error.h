// SPDX-License-Identifier: MIT
// Why a FITS file was refused.
#pragma once

#include <string>

#include "pipeline/core/error.h"
#include "pipeline/core/verdict.h"

namespace nightstack::io {

enum class FitsFault {
    not_fits,    // does not begin with SIMPLE
    compressed,  // gzip, compress, bzip2 or a tile-compressed image: unpack it first
    header,      // a header that contradicts itself or the standard, or bytes that belong to nothing
    axes,        // a sound header of something that is not a picture we take (NAXIS, sizes, cubes)
    truncated,   // the header or the data end too early
    pattern,     // names a colour filter pattern we do not know
    damaged,     // compressed data that cannot be unpacked
};

// One line: file, what, number. Caught as FormatError by those who need no kind.
class FitsError : public FormatError {
public:
    FitsError(FitsFault fault, const std::string& text) : FormatError(text), fault_(fault) {}
    FitsFault fault() const { return fault_; }

private:
    FitsFault fault_;
};

// The word for reports.
constexpr Reason reason_of(FitsFault fault) {
    if (fault == FitsFault::truncated || fault == FitsFault::damaged) return Reason::truncated;
    return fault == FitsFault::pattern ? Reason::pattern : Reason::header;
}

}  // namespace nightstack::io
