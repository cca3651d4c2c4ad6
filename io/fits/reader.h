// SPDX-License-Identifier: MIT
// FITS pictures, read in part or whole. Only files that pass the gate (gate.h) are opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/files/frame_file.h"
#include "io/fits/byte_source.h"
#include "io/fits/gate.h"
#include "pipeline/core/image.h"

namespace nightstack::io {

// All pictures of a file, rows as stored. Holds the file (handle_cache.h); every method from several threads at once.
class FitsFile {
public:
    // Throw FitsError, IoError.
    explicit FitsFile(const std::filesystem::path& path) : FitsFile(file_source(path)) {}
    explicit FitsFile(ByteSource source);

    const std::string& name() const { return source_.name; }  // printable
    const std::vector<FitsHdu>& images() const { return contents_.images; }
    const FitsHeader& header() const { return images().front().header; }
    const FitsLayout& layout() const { return images().front().layout; }
    const std::vector<std::string>& warnings() const { return contents_.warnings; }
    // Index into images() of the picture with that EXTNAME; -1 when there is none.
    int find(std::string_view extname) const;

    // Physical values of `region` of one plane; `out` has its size. Undefined pixels come as NaN.
    // Throws IoError, FormatError when the file has changed under us.
    void read(ImageView<float> out, Rect region, int plane, std::size_t image = 0) const;
    // The same, bit for bit. FitsError (header) unless stored as unsigned 16-bit (BZERO 32768).
    void read_u16(ImageView<std::uint16_t> out, Rect region, int plane, std::size_t image = 0) const;

private:
    friend class FitsFrame;
    ByteSource source_;
    FitsContents contents_;
};

// What a picture with this header is as a frame. Throws FitsError (pattern), beginning with `name`.
StreamFormat stream_format(const FitsHeader& header, const FitsLayout& layout, const std::string& name);

// The primary picture as a raw frame: top-down rows, pattern of the presented orientation.
class FitsFrame final : public FrameFile {
public:
    // Throws FitsError (pattern) when a Bayer pattern is named that we do not know.
    explicit FitsFrame(FitsFile file);

    const StreamFormat& format() const override { return format_; }
    const FrameInfo& info() const override { return info_; }
    bool rows_reversed() const override { return reversed_; }
    void read(ImageView<float> out, Rect region, int plane) const override;
    const FitsFile& file() const { return file_; }

private:
    FitsFile file_;
    StreamFormat format_;
    FrameInfo info_;
    bool reversed_ = false;
};

// Throws FitsError, IoError. Converts to std::unique_ptr<FrameFile>.
std::unique_ptr<FitsFrame> open_fits(const std::filesystem::path& path);

}  // namespace nightstack::io
