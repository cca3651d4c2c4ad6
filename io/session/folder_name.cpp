// SPDX-License-Identifier: MIT
// Names of folders.
#include <algorithm>
#include <array>
#include <span>

#include "io/session/name_fields.h"
#include "io/session/name_hints.h"
#include "pipeline/core/ascii.h"

namespace nightstack::io {
namespace {

using Words = std::span<const std::string_view>;

bool take_first(Words& words, std::string_view word) {
    if (words.empty() || lower_case(words.front()) != word) return false;
    words = words.subspan(1);
    return true;
}

bool take_last(Words& words, std::string_view word) {
    if (words.empty() || lower_case(words.back()) != word) return false;
    words = words.first(words.size() - 1);
    return true;
}

CameraSide take_camera(Words& words) {
    if (take_first(words, "tele")) return CameraSide::tele;
    if (take_first(words, "wide")) return CameraSide::wide;
    return CameraSide::unknown;
}

std::string_view joined(std::string_view whole, Words words) {
    if (words.empty()) return {};
    const auto begin = static_cast<std::size_t>(words.front().data() - whole.data());
    const auto end = static_cast<std::size_t>(words.back().data() - whole.data()) + words.back().size();
    return whole.substr(begin, end - begin);
}

// Where EXP <number> GAIN <number> begins, sought from the right: a target may hold any word.
std::optional<std::size_t> exposure_and_gain(Words words) {
    for (std::size_t i = words.size() < 4 ? 0 : words.size() - 3; i-- > 0;) {
        if (lower_case(words[i]) == "exp" && lower_case(words[i + 2]) == "gain" &&
            whole_number_or_decimal(words[i + 1]) && whole_number_or_decimal(words[i + 3]))
            return i;
    }
    return std::nullopt;
}

void set_target(NameHints& hints, std::string_view whole, Words words) {
    if (take_first(words, "mosaic") || take_last(words, "mosaic")) hints.mosaic = true;
    const std::string_view target = joined(whole, words);
    if (lower_case(target) != "null") hints.target = target;  // clients send the word when there is none
}

// [RESTACKED_]DWARF_RAW_[TELE_|WIDE_][MOSAIC_][<target>_][EXP_<s>_GAIN_<g>_]<stamp>
std::optional<FolderName> session_name(std::string_view whole, Words words) {
    FolderName found{FolderKind::session, {}};
    NameHints& hints = found.hints;
    hints.restacked = take_first(words, "restacked");
    if (!take_first(words, "dwarf") || !take_first(words, "raw")) return std::nullopt;
    hints.camera = take_camera(words);
    hints.stamp = parse_stamp(joined(whole, words), /*date_alone=*/true);
    if (hints.stamp) return found;
    if (const auto at = exposure_and_gain(words)) {
        hints.exposure_s = whole_number_or_decimal(words[*at + 1]);
        hints.gain = whole_number_or_decimal(words[*at + 3]);
        const Words rest = words.subspan(*at + 4);
        read_key_values(hints, rest);
        for (std::size_t i = 0; i < rest.size() && !hints.stamp; ++i)
            hints.stamp = parse_stamp(joined(whole, rest.subspan(i)));
        words = words.first(*at);
    } else if (!words.empty()) {
        hints.stamp = parse_stamp(words.back());
        if (hints.stamp) words = words.first(words.size() - 1);
    }
    set_target(hints, whole, words);
    return found;
}

// [tele_|wide_]exp_15_gain_80_bin_1[_<stamp>]
std::optional<FolderName> dark_group_name(std::string_view whole, Words words) {
    FolderName found{FolderKind::dark_group, {}};
    found.hints.camera = take_camera(words);
    if (words.size() < 4 || lower_case(words[0]) != "exp" || lower_case(words[2]) != "gain") return std::nullopt;
    read_key_values(found.hints, words);
    if (!found.hints.exposure_s || !found.hints.gain) return std::nullopt;
    for (std::size_t i = 4; i < words.size() && !found.hints.stamp; ++i)
        found.hints.stamp = parse_stamp(joined(whole, words.subspan(i)));
    return found;
}

struct RoleWord {
    std::string_view one;
    std::string_view many;
    FolderKind kind;
};
constexpr std::array kRoleWords{
    RoleWord{"flatdark", "flatdarks", FolderKind::flat_darks},
    RoleWord{"darkflat", "darkflats", FolderKind::flat_darks},
    RoleWord{"light", "lights", FolderKind::lights},
    RoleWord{"dark", "darks", FolderKind::darks},
    RoleWord{"flat", "flats", FolderKind::flats},
    RoleWord{"bias", "biases", FolderKind::biases},
    RoleWord{"offset", "offsets", FolderKind::biases},
};

bool has_digit_or_says_frames(std::string_view word) {
    const std::string low = lower_case(word);
    return low.find_first_of("0123456789") != std::string::npos || low == "frame" || low == "frames" ||
           low == "library" || low == "master" || low == "masters" || low.empty();
}

// "Lights M42", "M42_darks", "dark 15s gain80", "flat-darks"; not "Dark Shark Nebula".
FolderKind role_of(std::string_view whole) {
    const std::string low = lower_case(whole);
    std::vector<std::string_view> words = split(low, " _-.");
    std::string pair;
    if (words.size() >= 2 && (words[0].starts_with("flat") || words[0].starts_with("dark"))) {
        pair = std::string(words[0] == "flats"   ? "flat"
                           : words[0] == "darks" ? "dark"
                                                 : words[0]) +
               std::string(words[1]);
        if (pair.starts_with("flatdark") || pair.starts_with("darkflat")) {
            words.erase(words.begin());
            words[0] = pair;
        }
    }
    if (words.size() >= 2 && words[0] == "master") words.erase(words.begin());
    const Words rest = Words(words).subspan(1);
    const bool plain_rest = std::all_of(rest.begin(), rest.end(), has_digit_or_says_frames);
    for (const RoleWord& role : kRoleWords) {
        if (words[0] == role.many || (words[0] == role.one && plain_rest) || words.back() == role.many)
            return role.kind;
    }
    return FolderKind::other;
}

FolderKind fixed_kind(std::string_view low) {
    if (low.starts_with('.')) return FolderKind::hidden;
    if (low == "thumbnail" || low == "thumbnails") return FolderKind::thumbnails;
    if (low.starts_with("dwarf_goto") || low == "solving_failed") return FolderKind::scratch;
    if (low == "cali_frame") return FolderKind::calibration_tree;
    if (low == "dwarf_dark" || low.starts_with("dwarf_dark_")) return FolderKind::dark_tree;
    if (low == "cam_0" || low == "cam_1") return FolderKind::camera;
    return FolderKind::other;
}

}  // namespace

FolderName parse_folder_name(std::string_view name) {
    const std::string low = lower_case(name);
    FolderName found{fixed_kind(low), {}};
    if (found.kind == FolderKind::camera) found.hints.camera = low == "cam_0" ? CameraSide::tele : CameraSide::wide;
    if (found.kind == FolderKind::dark_tree && low.size() > 11) found.hints.stamp = parse_stamp(name.substr(11), true);
    if (found.kind != FolderKind::other) return found;
    const std::vector<std::string_view> words = split(name, "_");
    if (auto session = session_name(name, words)) return *session;
    if (auto group = dark_group_name(name, words)) return *group;
    found.kind = role_of(name);
    if (found.kind != FolderKind::other) {
        const std::vector<std::string_view> parts = split(name, " _");
        read_frame_fields(found.hints, parts);
        found.hints.target.clear();  // what stands before a role word is anything
    }
    return found;
}

}  // namespace nightstack::io
