// SPDX-License-Identifier: MIT
// libpng's simplified interface: it reports errors by value, so that no longjmp crosses our frames.
#include "io/image_files/png_reduced.h"

#include <png.h>

#include <algorithm>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 26;

class Decoding {
public:
    explicit Decoding(std::span<const std::byte> png) {
        image_.version = PNG_IMAGE_VERSION;
        if (png_image_begin_read_from_memory(&image_, png.data(), png.size()) == 0) fail(image_.message);
        if (std::uint64_t{image_.width} * image_.height > kMaxPixels)
            fail(std::to_string(image_.width) + "x" + std::to_string(image_.height) +
                 " pixels are too many to be shown");
        image_.format = PNG_FORMAT_RGB;
        image_.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16 bits for the eye are no linear light
    }
    ~Decoding() { png_image_free(&image_); }
    Decoding(const Decoding&) = delete;
    Decoding& operator=(const Decoding&) = delete;

    ReducedPicture read() {
        ReducedPicture out{static_cast<int>(image_.width), static_cast<int>(image_.height), {}};
        out.rgb.resize(std::size_t{image_.width} * image_.height * 3);
        const png_color black{0, 0, 0};
        if (png_image_finish_read(&image_, &black, out.rgb.data(), 0, nullptr) == 0) fail(image_.message);
        return out;
    }

private:
    // Also from the constructor, behind which there is no destructor.
    [[noreturn]] void fail(const std::string& why) {
        png_image_free(&image_);
        throw FormatError("PNG: " + why);
    }
    png_image image_ = {};
};

// In place: the mean of each square lies no further behind than the first of its pixels.
void shrink(ReducedPicture& p, int by) {
    const int width = p.width / by;
    const int height = p.height / by;
    const auto at = [&](int x, int y, int c) {
        return (static_cast<std::size_t>(y) * static_cast<std::size_t>(p.width) + static_cast<std::size_t>(x)) * 3 +
               static_cast<std::size_t>(c);
    };
    std::size_t to = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < 3; ++c) {
                int sum = 0;
                for (int j = 0; j < by; ++j) {
                    for (int i = 0; i < by; ++i) sum += p.rgb[at(x * by + i, y * by + j, c)];
                }
                p.rgb[to++] = static_cast<std::uint8_t>((sum + by * by / 2) / (by * by));
            }
        }
    }
    p.width = width;
    p.height = height;
    p.rgb.resize(to);
}

}  // namespace

ReducedPicture reduced_png(std::span<const std::byte> png, int longest_side) {
    ReducedPicture picture = Decoding(png).read();
    const int longest = std::max(picture.width, picture.height);
    const int by = (longest + longest_side - 1) / longest_side;
    // A strip narrower than the square would vanish; it stays, as nothing is gained by showing it.
    if (by > 1 && std::min(picture.width, picture.height) >= by) shrink(picture, by);
    return picture;
}

}  // namespace nightstack::io
