// SPDX-License-Identifier: MIT
// Writes FITS pictures: a primary and named IMAGE extensions, laid out at once, filled in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "io/files/output_file.h"
#include "io/fits/cards.h"
#include "io/fits/gate.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack::io {

enum class FitsSample { f32, u16 };  // u16 is BITPIX 16 with BZERO 32768

struct FitsImageSpec {
    std::string name;  // EXTNAME; "" for none
    int width = 0;
    int height = 0;
    int planes = 1;  // NAXIS3 when above 1; 1 or 3 in the primary, up to 16 in extensions
    FitsSample sample = FitsSample::f32;
    int header_blocks = 1;  // reserved: room for 36 cards each, of which up to 10 are the writer's own
};

// `images[0]` is the primary. Floats never written are 0; u16 images want every pixel written (untouched bytes
// would read as 32768, filling them beforehand would cost a pass over the file). `write` and `read` may be called from
// several threads at once for different or the same image, as long as the rectangles do not overlap; everything else
// from one thread. Nothing stands under `path` before `publish()`.
class FitsWriter {
public:
    // Reserves the whole file. Axes above 16384 come back through the gate only with PROGRAM = 'nightstack ...'.
    // Throws OptionError (exists already, sizes), IoError (disk full).
    FitsWriter(const std::filesystem::path& path, std::vector<FitsImageSpec> images,
               Overwrite overwrite = Overwrite::no);

    // Puts `pixels` at its final place in one plane; the sample type must be that of the image.
    void write(std::size_t image, int plane, Rect where, ImageView<const float> pixels);
    void write(std::size_t image, int plane, Rect where, ImageView<const std::uint16_t> pixels);
    // What was written before, as physical values.
    void read(ImageView<float> out, std::size_t image, int plane, Rect region) const;

    // As OutputFile::begin_sync, of whole rows of a plane.
    void begin_sync(std::size_t image, int plane, int y, int rows) const;

    int width(std::size_t image) const { return specs_[image].width; }
    FitsSample sample(std::size_t image) const { return specs_[image].sample; }

    // The cards beside the structural ones. Any time, the last call counts; without one the header
    // has the structural cards only. OptionError when they need more than the reserved blocks.
    void set_header(std::size_t image, const FitsCards& cards);

    void sync(const std::stop_token& stop) { file_.sync(stop); }  // as OutputFile::sync
    // Syncs and gives the file its name. Throws as OutputFile::publish.
    void publish();

private:
    template <class T>
    void write_any(std::size_t image, int plane, Rect where, ImageView<const T> pixels);
    std::vector<FitsImageSpec> specs_;
    std::vector<FitsLayout> layouts_;
    OutputFile file_;
};

// Whole files at once: `planes` of equal size, 1 or 3. Throws as above.
void write_fits(const std::filesystem::path& path, std::span<const ImageView<const float>> planes,
                const FitsCards& cards, Overwrite overwrite = Overwrite::no);
void write_fits(const std::filesystem::path& path, std::span<const ImageView<const std::uint16_t>> planes,
                const FitsCards& cards, Overwrite overwrite = Overwrite::no);
void write_fits(const std::filesystem::path& path, ImageView<const float> pixels, const FitsCards& cards,
                Overwrite overwrite = Overwrite::no);
void write_fits(const std::filesystem::path& path, ImageView<const std::uint16_t> pixels, const FitsCards& cards,
                Overwrite overwrite = Overwrite::no);

}  // namespace nightstack::io
