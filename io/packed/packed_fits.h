// SPDX-License-Identifier: MIT
// FITS frames that are compressed as files (.fits.gz) or tile by tile (.fz). They are unpacked once,
// when they are opened, in a process of their own (unpacker.h); the pixels then lie in a scratch store and
// are read in part like those of any frame.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

#include "io/files/frame_file.h"
#include "io/files/scratch_store.h"
#include "io/fits/byte_source.h"
#include "io/fits/gate.h"

namespace nightstack::io {

struct UnpackSetup {
    std::filesystem::path helper;  // nightstack-unpack
    ScratchStore* store = nullptr;
    std::stop_token stop{};
};

class PackedFits final : public FrameFile {
public:
    PackedFits(FitsHeader header, const FitsLayout& layout, std::shared_ptr<const ScratchPiece> pixels,
               const std::string& name);

    const StreamFormat& format() const override { return format_; }
    const FrameInfo& info() const override { return info_; }
    bool rows_reversed() const override { return reversed_; }
    void read(ImageView<float> out, Rect region, int plane) const override;
    const FitsHeader& header() const { return header_; }
    const FitsLayout& layout() const { return layout_; }  // of the unpacked pixels

private:
    FitsHeader header_;
    FitsLayout layout_;
    std::shared_ptr<const ScratchPiece> pixels_;
    StreamFormat format_;
    FrameInfo info_;
    bool reversed_ = false;
};

// Is this a kind of compression that `open_packed_fits` undoes? By the first bytes: gzip, or a FITS file.
bool can_unpack(const ByteSource& source);

// Throws FitsError: it is something else, or was refused or damaged; IoError; Interrupted.
std::unique_ptr<PackedFits> open_packed_fits(const std::filesystem::path& path, const UnpackSetup& setup);

// The header of the picture alone; nothing is unpacked but the header of a gzip file. Throws as above.
FitsHeader packed_fits_header(const std::filesystem::path& path);

}  // namespace nightstack::io
