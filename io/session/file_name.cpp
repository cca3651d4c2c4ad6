// SPDX-License-Identifier: MIT
// Names of files.
#include <algorithm>
#include <array>
#include <initializer_list>

#include "io/session/name_fields.h"
#include "io/session/name_hints.h"
#include "pipeline/core/ascii.h"

namespace nightstack::io {
namespace {

struct Extension {
    std::string_view stem;
    bool frame = false;
    FrameContainer container = FrameContainer::fits;
    bool compressed = false;
};

bool take_suffix(std::string_view& name, std::string_view suffix) {
    if (name.size() <= suffix.size() || lower_case(name.substr(name.size() - suffix.size())) != suffix) return false;
    name.remove_suffix(suffix.size());
    return true;
}

bool take_any(std::string_view& name, std::initializer_list<std::string_view> suffixes) {
    return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view s) { return take_suffix(name, s); });
}

Extension taken_apart(std::string_view name) {
    Extension found{name};
    const bool packed = take_any(found.stem, {".bz2", ".z", ".xz", ".zip"});
    const bool gzipped = !packed && take_suffix(found.stem, ".gz");
    const bool tile_compressed = take_suffix(found.stem, ".fz");
    if (take_any(found.stem, {".fits", ".fit", ".fts"}) || tile_compressed) {
        found.frame = true;
        found.compressed = packed || (gzipped && tile_compressed);
    } else if (take_any(found.stem, {".tif", ".tiff"})) {
        found.frame = true;
        found.container = FrameContainer::tiff;
        found.compressed = packed || gzipped;
    } else if (!packed && !gzipped && take_any(found.stem, {".png", ".jpg", ".jpeg"})) {
        found.frame = true;
        found.container = FrameContainer::picture;
    }
    return found;
}

// ..._<N>x<exp>s or ..._<N>x<exp>s-<serial>, how this program names its results.
bool own_result(std::string_view stem) {
    if (const std::size_t dash = stem.rfind('-'); dash != std::string_view::npos && all_digits(stem.substr(dash + 1)))
        stem = stem.substr(0, dash);
    const std::size_t cut = stem.rfind('_');
    if (cut == std::string_view::npos || !stem.ends_with('s')) return false;
    const std::string_view word = stem.substr(cut + 1, stem.size() - cut - 2);
    const std::size_t x = word.find('x');
    return x != std::string_view::npos && all_digits(word.substr(0, x)) &&
           whole_number_or_decimal(word.substr(x + 1)).has_value();
}

bool own_product(std::string_view name) {
    if (take_suffix(name, ".nst")) return true;
    for (const std::string_view end : {".fits", ".fits.fz", ".fits.gz", ".png", ".json", ".tiff", ".tif"}) {
        if (take_suffix(name, end)) return own_result(name);
    }
    return false;
}

bool still_written(std::string_view low) {
    for (const std::string_view end : {".part", ".partial", ".tmp", ".crdownload", ".filepart", "~"}) {
        if (low.ends_with(end)) return true;
    }
    return false;
}

bool scope_result(std::string_view low) {
    return low.starts_with("stacked") || low.starts_with("img_stacked") || low.starts_with("img_reference");
}

struct Role {
    std::string_view word;
    FileKind kind;
};
constexpr std::array kRoles{
    Role{"light", FileKind::frame},        Role{"lights", FileKind::frame},       Role{"dark", FileKind::dark},
    Role{"darks", FileKind::dark},         Role{"flat", FileKind::flat},          Role{"flats", FileKind::flat},
    Role{"bias", FileKind::bias},          Role{"biases", FileKind::bias},        Role{"offset", FileKind::bias},
    Role{"flatdark", FileKind::flat_dark}, Role{"darkflat", FileKind::flat_dark}, Role{"masterdark", FileKind::dark},
    Role{"masterflat", FileKind::flat},    Role{"masterbias", FileKind::bias},    Role{"masteroffset", FileKind::bias},
};

std::optional<FileKind> role(std::string_view word) {
    for (const Role& r : kRoles) {
        if (r.word == word) return r.kind;
    }
    return std::nullopt;
}

// The role word at the front (Dark_0001, master_dark_15s) or as last part (series.0001.DARK).
// Takes it off the words. Not "Dark Shark_15s_60_0001": there the word is not alone.
std::optional<FileKind> take_role(std::string_view& stem) {
    const std::string low = lower_case(stem);
    std::size_t from = low.starts_with("master_") || low.starts_with("master-") ? 7 : 0;
    const std::size_t end = low.find_first_of("_-.", from);
    const auto found = role(std::string_view(low).substr(from, end == std::string::npos ? end : end - from));
    const std::size_t dot = low.rfind('.');
    const auto last = dot == std::string::npos ? std::nullopt : role(std::string_view(low).substr(dot + 1));
    if (last) stem = stem.substr(0, dot);
    if (found) stem.remove_prefix(std::min(stem.size(), end == std::string::npos ? end : end + 1));
    return found ? found : last;
}

// Words between '_'; a counter of eight digits behind a dot (series_0c.00000001) is a word too.
std::vector<std::string_view> words_of(std::string_view stem) {
    std::vector<std::string_view> words = split(stem, "_");
    const std::string_view last = words.back();
    const std::size_t dot = last.rfind('.');
    if (dot != std::string_view::npos && last.size() - dot == 9 && all_digits(last.substr(dot + 1))) {
        words.back() = last.substr(0, dot);
        words.push_back(last.substr(dot + 1));
    }
    return words;
}

// dark_exp_15.000000_gain_60_bin_1_28C_stack_3: the form the scope gives its ready masters.
bool key_value_form(const NameHints& hints) { return hints.gain.has_value() && hints.binning.has_value(); }

FileName frame_name(std::string_view stem) {
    FileName found{FileKind::frame};
    std::string low = lower_case(stem);
    const bool ends_stacked = low.ends_with("_stacked") || low.ends_with("-stacked");
    if (const auto kind = take_role(stem)) found.kind = *kind;
    const std::vector<std::string_view> words = words_of(stem);
    if (found.kind != FileKind::frame) {
        read_key_values(found.hints, words);
        found.is_master = low.find("master") != std::string::npos || ends_stacked || key_value_form(found.hints);
        if (!key_value_form(found.hints)) read_frame_fields(found.hints, words);
        found.hints.target.clear();
        return found;
    }
    if (ends_stacked) found.kind = FileKind::stacked_result;
    read_frame_fields(found.hints, words);
    return found;
}

}  // namespace

bool named_like_frame(std::string_view name) { return taken_apart(name).frame; }

bool named_like_jpeg(std::string_view name) { return take_any(name, {".jpg", ".jpeg"}); }

FileName parse_file_name(std::string_view name) {
    const std::string low = lower_case(name);
    if (low.starts_with('.')) return {FileKind::hidden};
    if (still_written(low)) return {FileKind::partial};
    if (low == "shotsinfo.json") return {FileKind::sidecar};
    if (own_product(name)) return {FileKind::own_product};
    if (scope_result(low)) return {FileKind::stacked_result};
    Extension parts = taken_apart(name);
    if (!parts.frame) return {FileKind::other};
    if (parts.compressed) return {FileKind::compressed};
    const bool failed = low.starts_with("failed_");
    if (failed) parts.stem.remove_prefix(7);
    FileName found = frame_name(parts.stem);
    if (failed) found.kind = FileKind::failed_frame;
    found.container = parts.container;
    return found;
}

}  // namespace nightstack::io
