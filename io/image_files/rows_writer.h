// SPDX-License-Identifier: MIT
// Large pictures into files, rows after rows: nothing of the picture's size is held.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "io/files/output_file.h"
#include "pipeline/core/runner.h"

namespace nightstack::io {

// One thread at a time. The same rows give the same file, however they are cut and whatever the runner.
class RowsWriter {
public:
    virtual ~RowsWriter() = default;
    // The next `count` rows, the top one first, samples of a pixel side by side as the machine has them. Strips of
    // them are encoded in parallel; what fills no strip is copied and waits. Throws IoError, OptionError for spans of
    // another size and rows beyond the last.
    virtual void append(std::span<const std::byte> rows, int count, Runner& runner) = 0;
    // After the last row; then the file may be published. Throws OptionError when rows are missing.
    virtual void finish(Runner& runner) = 0;
};

struct JpegFormat {
    int width = 0;
    int height = 0;
    int channels = 3;      // 1 gray, 3 RGB
    int quality = 92;      // 1 to 100; chroma is halved (4:2:0) below 90
    std::string xmp = {};  // a packet (gpano.h), left out when empty; at most 65,000 bytes
    bool full_chroma() const { return channels == 3 && quality >= 90; }
    void check() const;  // throws OptionError: at most 65,500 pixels a side
};

// Baseline JPEG with JFIF header, appended to `file`, which must outlive it. Restart markers stand between strips,
// which is what lets several threads encode one picture; any decoder reads them.
std::unique_ptr<RowsWriter> jpeg_rows_writer(OutputFile& file, const JpegFormat& format);

}  // namespace nightstack::io
