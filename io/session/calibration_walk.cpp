// SPDX-License-Identifier: MIT
#include "io/session/calibration_walk.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "io/files/file.h"
#include "io/session/name_fields.h"

namespace nightstack::io {
namespace fs = std::filesystem;
namespace {

using GroupKey = std::tuple<std::optional<double>, std::optional<double>, std::optional<int>, CameraSide,
                            std::optional<int>, std::string>;

GroupKey key_of(const NameHints& h) { return {h.exposure_s, h.gain, h.binning, h.camera, h.ir, h.filter}; }

HintSource source_of(const NamedFile& file, const NameHints& folder_hints) {
    if (file.told_by_header != HintSource::none) return file.told_by_header;
    if (file.name.hints.exposure_s || file.name.hints.gain) return HintSource::name;
    return folder_hints.exposure_s || folder_hints.gain ? HintSource::folder : HintSource::none;
}

CalibrationCandidate candidate(const NameHints& hints, CalibrationKind kind, const fs::path& serves) {
    CalibrationCandidate c;
    c.kind = kind;
    c.camera = hints.camera;
    c.exposure_s = hints.exposure_s;
    c.gain = hints.gain;
    c.binning = hints.binning;
    c.ir = hints.ir;
    c.filter = hints.filter;
    c.serves = serves;
    return c;
}

struct Group {
    CalibrationCandidate made;
    double temperature_sum = 0;
    int temperatures = 0;
};

void add(Group& group, const fs::path& path, const NameHints& hints) {
    group.made.paths.push_back(path);
    if (!hints.temperature_c) return;
    group.temperature_sum += *hints.temperature_c;
    ++group.temperatures;
    group.made.temperature_c = group.temperature_sum / group.temperatures;
}

// A folder within a calibration folder: what it adds to what is known from above.
NameHints folder_hints(std::string_view name, const FolderName& parsed, const NameHints& above) {
    NameHints own = parsed.hints;
    if (parsed.kind == FolderKind::other) {
        read_frame_fields(own, split(name, " _"));
        read_key_values(own, split(name, " _"));
        own.counter.reset();
        own.filter.clear();
    }
    own.target.clear();
    return merged(own, above);
}

class Collector {
public:
    Collector(Walk& walk, const fs::path& serves) : walk_(walk), serves_(serves) {}

    void visit(const fs::path& folder, int depth, std::optional<CalibrationKind> kind, const NameHints& above) {
        const std::string folder_name = folder.filename().string();
        const FolderName parsed = parse_folder_name(folder_name);
        if (const auto named = calibration_kind(parsed.kind)) kind = named;
        const NameHints hints = folder_hints(folder_name, parsed, above);
        std::map<CalibrationKind, std::vector<NamedFile>> files;
        for (const FolderEntry& entry : walk_.enter(folder, depth)) {
            if (entry.is_folder) {
                visit_below(entry, depth + 1, kind, hints);
            } else {
                take_file(entry, kind, files);
            }
        }
        for (auto& [file_kind, named] : files) {
            leave_out_previews(named);
            for (CalibrationCandidate& c : grouped(named, file_kind, hints, serves_)) found.push_back(std::move(c));
        }
    }

    std::vector<CalibrationCandidate> found;

private:
    // A JPEG beside darks is a preview of one.
    void leave_out_previews(std::vector<NamedFile>& files) {
        const auto is_picture = [](const NamedFile& f) { return f.name.container == FrameContainer::picture; };
        if (std::all_of(files.begin(), files.end(), is_picture)) return;
        std::erase_if(files, [&](const NamedFile& f) {
            if (is_picture(f)) walk_.ignore(f.path, IgnoreReason::preview);
            return is_picture(f);
        });
    }

    void visit_below(const FolderEntry& entry, int depth, std::optional<CalibrationKind> kind, const NameHints& above) {
        const FolderKind below = parse_folder_name(entry.name).kind;
        if (below == FolderKind::hidden) return walk_.ignore(entry.path, IgnoreReason::hidden);
        if (below == FolderKind::thumbnails) return walk_.ignore(entry.path, IgnoreReason::thumbnails);
        visit(entry.path, depth, kind, above);
    }

    void take_file(const FolderEntry& entry, std::optional<CalibrationKind> kind,
                   std::map<CalibrationKind, std::vector<NamedFile>>& files) {
        const FileName parsed = parse_file_name(entry.name);
        switch (parsed.kind) {
            case FileKind::hidden: return walk_.ignore(entry.path, IgnoreReason::hidden);
            case FileKind::partial: return walk_.ignore(entry.path, IgnoreReason::partial);
            case FileKind::compressed: return walk_.ignore(entry.path, IgnoreReason::compressed);
            case FileKind::own_product: return walk_.ignore(entry.path, IgnoreReason::own_product);
            case FileKind::stacked_result: return walk_.ignore(entry.path, IgnoreReason::stacked_result);
            case FileKind::sidecar: return;
            case FileKind::other: return walk_.ignore(entry.path, IgnoreReason::other_type);
            default: break;
        }
        // "dark_0001" in a folder of flat darks is one of them
        const auto named = kind == CalibrationKind::flat_dark ? kind : calibration_kind(parsed.kind);
        const auto is = named ? named : kind;
        if (!is) return walk_.ignore(entry.path, IgnoreReason::other_type, "in a calibration folder, kind unknown");
        files[*is].push_back({entry.path, parsed});
    }

    Walk& walk_;
    fs::path serves_;
};

}  // namespace

std::optional<CalibrationKind> calibration_kind(FileKind kind) {
    switch (kind) {
        case FileKind::dark: return CalibrationKind::dark;
        case FileKind::flat: return CalibrationKind::flat;
        case FileKind::bias: return CalibrationKind::bias;
        case FileKind::flat_dark: return CalibrationKind::flat_dark;
        default: return std::nullopt;
    }
}

std::optional<CalibrationKind> calibration_kind(FolderKind kind) {
    switch (kind) {
        case FolderKind::darks:
        case FolderKind::dark_tree:
        case FolderKind::dark_group: return CalibrationKind::dark;
        case FolderKind::flats: return CalibrationKind::flat;
        case FolderKind::biases: return CalibrationKind::bias;
        case FolderKind::flat_darks: return CalibrationKind::flat_dark;
        default: return std::nullopt;
    }
}

bool is_calibration_folder(FolderKind kind) {
    return calibration_kind(kind).has_value() || kind == FolderKind::calibration_tree;
}

std::string_view name(CalibrationKind kind) {
    switch (kind) {
        case CalibrationKind::dark: return "dark";
        case CalibrationKind::flat: return "flat";
        case CalibrationKind::bias: return "bias";
        case CalibrationKind::flat_dark: return "flat dark";
    }
    return "";
}

std::string describe(const CalibrationCandidate& c) {
    if (c.paths.empty()) return std::string(name(c.kind));
    const fs::path& first = c.paths.front();
    if (c.is_master) return printable(first.filename().string());
    const fs::path folder = first.parent_path();
    std::string text = printable((folder.parent_path().filename() / folder.filename()).string());
    return text + " (" + std::to_string(c.frames) + (c.frames == 1 ? " frame)" : " frames)");
}

std::vector<CalibrationCandidate> grouped(std::span<const NamedFile> files, CalibrationKind kind,
                                          const NameHints& folder_hints, const fs::path& serves) {
    std::vector<CalibrationCandidate> masters;
    std::map<GroupKey, Group> groups;
    for (const NamedFile& file : files) {
        NameHints hints = merged(file.name.hints, folder_hints);
        if (kind != CalibrationKind::flat) hints.filter.clear();  // a dark knows no filter
        if (file.name.is_master) {
            Group alone{candidate(hints, kind, serves)};
            add(alone, file.path, hints);
            alone.made.is_master = true;
            alone.made.frames = hints.stacked_frames.value_or(0);
            alone.made.from = source_of(file, folder_hints);
            masters.push_back(std::move(alone.made));
            continue;
        }
        Group& group = groups.try_emplace(key_of(hints), Group{candidate(hints, kind, serves)}).first->second;
        add(group, file.path, hints);
        group.made.frames = static_cast<int>(group.made.paths.size());
        group.made.from = source_of(file, folder_hints);
    }
    for (auto& [key, group] : groups) masters.push_back(std::move(group.made));
    return masters;
}

std::vector<CalibrationCandidate> walk_calibration(Walk& walk, const fs::path& folder, int depth,
                                                   std::optional<CalibrationKind> kind, const fs::path& serves) {
    Collector collector(walk, serves);
    collector.visit(folder, depth, kind, {});
    return std::move(collector.found);
}

}  // namespace nightstack::io
