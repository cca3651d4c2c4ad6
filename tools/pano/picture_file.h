// SPDX-License-Identifier: MIT
// The file a panorama is written into, by the ending of its name.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "io/files/output_file.h"
#include "io/pano_files/block_writer.h"

namespace nightstack::tools {

enum class PictureKind { jpeg, png, tiff, dzi };

// Nothing for other endings: .jpg .jpeg, .png, .tif .tiff, .dzi.
std::optional<PictureKind> picture_kind(const std::filesystem::path& file);

// What a kind can hold of the depth that is there.
io::RowSample sample_for(PictureKind kind, io::RowSample deepest);
bool has_alpha(PictureKind kind);
// Pixels a side at most; 0: any.
int most_side(PictureKind kind);

struct PictureShape {
    PictureKind kind = PictureKind::jpeg;
    int width = 0, height = 0;
    int channels = 3;  // 1 or 3, and one more for alpha
    io::RowSample sample = io::RowSample::u8;
    int quality = 92;
    float white = 1;  // light that becomes the highest code of integers
    std::string xmp;  // "" without
};

// Rows go in from the top; the file has its name after `publish`. Throws as OutputFile and the writers do.
class PictureFile {
public:
    PictureFile(const std::filesystem::path& path, const PictureShape& shape, io::Overwrite overwrite);
    ~PictureFile();
    void append(std::span<const std::byte> rows, int count, Runner& runner);
    void publish(Runner& runner);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nightstack::tools
