// SPDX-License-Identifier: MIT
// Pictures as tiled, pyramidal BigTIFF, as libvips, OpenSlide and GDAL (QGIS) read them.
#pragma once

#include <memory>
#include <string>

#include "io/files/output_file.h"
#include "io/files/scratch_store.h"
#include "io/pano_files/block_writer.h"

namespace nightstack::io {

struct BigTiffFormat {
    BlockGrid grid;             // at most 1,000,000 a side; block a multiple of 16, 16 to 4096
    bool deflate = true;        // with the predictor that suits the samples
    bool pyramid = true;        // levels of half the size, until one block holds the picture
    std::string software = {};  // tag 305
    std::string xmp = {};       // tag 700
    void check() const;         // throws OptionError
};

// One directory for each level, the picture first, the others with NewSubfileType 1; 12 bytes are held for each block
// (about four times that in finish()). Blocks that never come are zeros (transparent, black), which costs no space.
// `file` and `store` must outlive it; the caller publishes the file after finish(). The order of blocks in the file is
// that in which they came, so the file's bytes, not its pixels, depend on threads.
std::unique_ptr<BlockWriter> big_tiff_writer(OutputFile& file, const BigTiffFormat& format, ScratchStore& store);

}  // namespace nightstack::io
