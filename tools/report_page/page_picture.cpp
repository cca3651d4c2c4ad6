// SPDX-License-Identifier: MIT
#include "tools/report_page/page_picture.h"

#include <cstdint>

#include "io/image_files/jpeg_writer.h"
#include "io/image_files/png_reduced.h"
#include "pipeline/core/error.h"
#include "tools/report_page/html_text.h"

namespace nightstack::tools::page {
namespace {

constexpr int kJpegQuality = 88;

std::string data_address(std::span<const std::byte> png) {
    const std::string_view bytes(reinterpret_cast<const char*>(png.data()), png.size());
    try {
        // Decoded in any case: what is no picture should not look like a broken one.
        const io::ReducedPicture small = io::reduced_png(png, kReducedSide);
        if (png.size() <= kMostPictureBytes) return "data:image/png;base64," + base64(bytes);
        return "data:image/jpeg;base64," + base64(io::jpeg_bytes(small.width, small.height, small.rgb, kJpegQuality));
    } catch (const Error&) {
        return "";
    }
}

}  // namespace

std::string base64(std::string_view bytes) {
    static constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) {
            return i + k < bytes.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i + k])) : 0U;
        };
        const std::uint32_t three = byte(0) << 16U | byte(1) << 8U | byte(2);
        for (unsigned k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kLetters[three >> (18U - 6U * k) & 63U];
    }
    return out;
}

std::string picture_figure(std::span<const std::byte> png, std::string_view alt, std::string_view caption) {
    if (png.empty()) return "";
    const std::string address = data_address(png);
    if (address.empty()) return "";
    return "<figure><img src=\"" + address + "\" alt=\"" + html(alt, 1000) + "\">\n<figcaption>" + html(caption) +
           "</figcaption></figure>\n";
}

}  // namespace nightstack::tools::page
