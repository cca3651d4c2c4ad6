// SPDX-License-Identifier: MIT
// A picture inside the page.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace nightstack::tools::page {

inline constexpr std::size_t kMostPictureBytes = 3'000'000;  // of one picture as it is; larger ones are reduced
inline constexpr int kReducedSide = 1920;                    // to at most that many pixels, as a JPEG

// <img> with a data: address. "" where the bytes are no PNG that can be shown: the page goes without. `alt` and
// `caption` are escaped here.
std::string picture_figure(std::span<const std::byte> png, std::string_view alt, std::string_view caption);

std::string base64(std::string_view bytes);

}  // namespace nightstack::tools::page
