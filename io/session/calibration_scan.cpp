// SPDX-License-Identifier: MIT
#include "io/session/calibration_scan.h"

#include <set>

#include "io/session/calibration_walk.h"
#include "pipeline/core/ascii.h"

namespace nightstack::io {
namespace fs = std::filesystem;
namespace {

fs::path real_path(const fs::path& path) {
    std::error_code error;
    fs::path real = fs::canonical(path, error);
    return error ? path : real;
}

bool is_scope_tree(FolderKind kind) { return kind == FolderKind::dark_tree || kind == FolderKind::calibration_tree; }

bool leads_to_scope_trees(const std::string& low) {
    return low == "astronomy" || low == "dwarf_ii" || low == "dwarf" || low == "dwarf3" || low == "dwarf 3";
}

class Finder {
public:
    explicit Finder(const CalibrationScanOptions& options) : walk_(6, options.max_entries), listing_(6, 100'000) {}

    // `by_hand`: folders like darks count here; higher up they would belong to somebody else.
    void look_in(const fs::path& folder, bool by_hand, int depth) {
        if (!seen_.insert(folder).second) return;
        for (const FolderEntry& entry : listing_.enter(folder, depth)) {
            if (!entry.is_folder) continue;
            const FolderKind kind = parse_folder_name(entry.name).kind;
            if (is_scope_tree(kind) || (by_hand && is_calibration_folder(kind) && kind != FolderKind::dark_group)) {
                append(walk_calibration(walk_, entry.path, 0, std::nullopt, folder));
            } else if (depth < 2 && leads_to_scope_trees(lower_case(entry.name))) {
                look_in(entry.path, /*by_hand=*/false, depth + 1);
            }
        }
    }

    void append(std::vector<CalibrationCandidate> found) {
        for (CalibrationCandidate& c : found) scan_.candidates.push_back(std::move(c));
    }

    Walk& walk() { return walk_; }

    CalibrationScan result() {
        scan_.ignored = std::move(walk_.ignored);
        return std::move(scan_);
    }

private:
    Walk walk_;
    Walk listing_;  // what lies above a session is not ours: its oddities are nobody's news
    CalibrationScan scan_;
    std::set<fs::path> seen_;
};

}  // namespace

CalibrationScan find_calibration(const fs::path& session_folder, const CalibrationScanOptions& options) {
    Finder finder(options);
    fs::path folder = real_path(session_folder);
    bool by_hand = true;
    for (int up = 0; up <= options.levels_up; ++up) {
        finder.look_in(folder, by_hand, 0);
        // lights/night_1: the darks lie beside "lights"
        by_hand = up == 0 || parse_folder_name(folder.filename().string()).kind == FolderKind::lights;
        if (!folder.has_relative_path()) break;  // the root of the file system
        folder = folder.parent_path();
    }
    return finder.result();
}

CalibrationScan collect_calibration(const fs::path& path, CalibrationKind kind, const CalibrationScanOptions& options) {
    Finder finder(options);
    const fs::path real = real_path(path);
    std::error_code error;
    const fs::file_status status = fs::status(real, error);
    if (fs::is_directory(status)) {
        finder.append(walk_calibration(finder.walk(), real, 0, kind, real.parent_path()));
    } else if (fs::is_regular_file(status)) {
        NamedFile file{path, parse_file_name(path.filename().string())};
        file.name.is_master = true;  // one file, named as the dark: it is used as it is
        finder.append(grouped(std::span(&file, 1), kind, {}, real.parent_path()));
    } else {
        finder.walk().ignore(path, fs::exists(status) ? IgnoreReason::not_a_file : IgnoreReason::missing);
    }
    return finder.result();
}

}  // namespace nightstack::io
