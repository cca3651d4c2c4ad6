// SPDX-License-Identifier: MIT
#include "tools/pano/picture_file.h"

#include "io/image_files/png.h"
#include "io/image_files/rows_writer.h"
#include "io/pano_files/big_tiff.h"
#include "io/pano_files/deep_zoom.h"
#include "io/pano_files/format_fit.h"
#include "pipeline/core/ascii.h"
#include "tools/session/scratch.h"
#include "tools/version.h"

namespace nightstack::tools {

std::optional<PictureKind> picture_kind(const std::filesystem::path& file) {
    const std::string ending = lower_case(file.extension().string());
    if (ending == ".jpg" || ending == ".jpeg") return PictureKind::jpeg;
    if (ending == ".png") return PictureKind::png;
    if (ending == ".tif" || ending == ".tiff") return PictureKind::tiff;
    if (ending == ".dzi") return PictureKind::dzi;
    return std::nullopt;
}

io::RowSample sample_for(PictureKind kind, io::RowSample deepest) {
    if (kind == PictureKind::tiff) return deepest;
    if (kind == PictureKind::png && deepest != io::RowSample::u8) return io::RowSample::u16;
    return io::RowSample::u8;
}

bool has_alpha(PictureKind kind) { return kind == PictureKind::png || kind == PictureKind::tiff; }

int most_side(PictureKind kind) {
    switch (kind) {
        case PictureKind::jpeg: return io::longest_side(io::PanoFormat::jpeg);
        case PictureKind::png: return io::longest_side(io::PanoFormat::png);
        case PictureKind::tiff: return io::longest_side(io::PanoFormat::big_tiff);
        case PictureKind::dzi: return io::longest_side(io::PanoFormat::deep_zoom);
    }
    return 0;
}

// Blocks lie in the file, rows in the blocks: destroyed from the inside out.
struct PictureFile::Parts {
    std::optional<io::OutputFile> file;  // a deep zoom has no single one
    std::unique_ptr<io::BlockWriter> blocks;
    std::unique_ptr<io::RowsWriter> rows;
};

PictureFile::PictureFile(const std::filesystem::path& path, const PictureShape& shape, io::Overwrite overwrite)
    : parts_(std::make_unique<Parts>()) {
    if (shape.kind != PictureKind::dzi) parts_->file.emplace(path, overwrite);
    io::BlockGrid grid;
    grid.width = shape.width;
    grid.height = shape.height;
    grid.channels = shape.channels;
    grid.sample = shape.sample;
    switch (shape.kind) {
        case PictureKind::jpeg: {
            io::JpegFormat format;
            format.width = shape.width;
            format.height = shape.height;
            format.channels = shape.channels;
            format.quality = shape.quality;
            format.xmp = shape.xmp;
            parts_->rows = io::jpeg_rows_writer(*parts_->file, format);
            break;
        }
        case PictureKind::png: {
            io::PngFormat format;
            format.width = shape.width;
            format.height = shape.height;
            format.channels = shape.channels;
            format.bits = shape.sample == io::RowSample::u8 ? 8 : 16;
            format.software = kProgram;
            format.xmp = shape.xmp;
            parts_->rows = io::png_rows_writer(*parts_->file, format);
            break;
        }
        case PictureKind::tiff: {
            io::BigTiffFormat format;
            format.grid = grid;
            format.software = kProgram;
            format.xmp = shape.xmp;
            parts_->blocks = io::big_tiff_writer(*parts_->file, format, scratch());
            break;
        }
        case PictureKind::dzi: {
            io::DeepZoomFormat format;
            format.grid = grid;
            format.quality = shape.quality;
            parts_->blocks = io::deep_zoom_writer(path, format, scratch(), overwrite);
            break;
        }
    }
    if (parts_->blocks) parts_->rows = io::rows_into_blocks(*parts_->blocks);
}

PictureFile::~PictureFile() {
    parts_->rows.reset();
    parts_->blocks.reset();
}

void PictureFile::append(std::span<const std::byte> rows, int count, Runner& runner) {
    parts_->rows->append(rows, count, runner);
}

void PictureFile::publish(Runner& runner) {
    parts_->rows->finish(runner);
    if (parts_->file) parts_->file->publish();
}

}  // namespace nightstack::tools
