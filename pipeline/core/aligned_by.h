// SPDX-License-Identifier: MIT
// By what frames were laid on their reference.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace nightstack {

// `scene`: whatever a frame shows besides stars. `not_recorded`: kept by a program that did not tell.
enum class AlignedBy { not_recorded, stars, scene };

constexpr std::string_view name(AlignedBy by) {
    switch (by) {
        case AlignedBy::not_recorded: return "";
        case AlignedBy::stars: return "stars";
        case AlignedBy::scene: return "scene";
    }
    return "?";
}

constexpr std::optional<AlignedBy> parse_aligned_by(std::string_view text) {
    for (const AlignedBy by : std::array{AlignedBy::stars, AlignedBy::scene}) {
        if (text == name(by)) return by;
    }
    return std::nullopt;
}

}  // namespace nightstack
