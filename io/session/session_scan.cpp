// SPDX-License-Identifier: MIT
#include "io/session/session_scan.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "io/files/file.h"
#include "io/session/frame_sorting.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace fs = std::filesystem;
namespace {

// Absolute and free of links where it exists, so that "." has a name and parents can be compared.
fs::path real_path(const fs::path& path) {
    std::error_code error;
    fs::path real = fs::canonical(path, error);
    if (!error) return real;
    real = fs::absolute(path, error).lexically_normal();
    return error ? path : real;
}

bool lies_in(const fs::path& folder, const fs::path& tree) {
    return std::mismatch(tree.begin(), tree.end(), folder.begin(), folder.end()).first == tree.end();
}

// "5 s in the name, 15 s in shotsInfo.json": the user should know that one of them lies.
void warn_of_contradiction(Session& session) {
    if (!session.sidecar) return;
    const auto differ = [](const std::optional<double>& a, const std::optional<double>& b) {
        return a && b && std::abs(*a - *b) > 0.01 * std::max(std::abs(*a), std::abs(*b));
    };
    const std::string where = printable(session.name) + ": shotsInfo.json and names differ in ";
    if (differ(session.hints.exposure_s, session.sidecar->exposure_s)) session.warnings.push_back(where + "exposure");
    if (differ(session.hints.gain, session.sidecar->gain)) session.warnings.push_back(where + "gain");
}

NameHints session_hints(const fs::path& folder, const std::string& session_name, const NameHints& first_frame) {
    const NameHints folder_hints =
        merged(parse_folder_name(folder.filename().string()).hints, parse_folder_name(session_name).hints);
    NameHints hints = merged(first_frame, folder_hints);
    if (folder_hints.stamp) hints.stamp = folder_hints.stamp;
    hints.counter.reset();  // of one frame, not of all
    hints.temperature_c.reset();
    return hints;
}

std::vector<fs::path> paths_of(const std::vector<NamedFile>& files) {
    std::vector<fs::path> paths;
    for (const NamedFile& file : files) paths.push_back(file.path);
    return paths;
}

class Scanner {
public:
    explicit Scanner(const ScanOptions& options) : options_(options), walk_(options.max_depth, options.max_entries) {}

    void add(std::span<const fs::path> paths) {
        for (const fs::path& path : paths) {
            std::error_code error;
            const fs::file_status status = fs::status(path, error);
            if (fs::is_directory(status)) {
                given_ = path;
                visit(path, real_path(path), 0, /*given=*/true);
            } else if (fs::is_regular_file(status)) {
                named_[real_path(path).parent_path()].push_back(path);
                if (std::find(named_order_.begin(), named_order_.end(), real_path(path).parent_path()) ==
                    named_order_.end())
                    named_order_.push_back(real_path(path).parent_path());
            } else if (status.type() == fs::file_type::not_found) {
                walk_.ignore(path, IgnoreReason::missing);
            } else if (fs::status_known(status)) {
                walk_.ignore(path, IgnoreReason::not_a_file);
            } else {
                walk_.ignore(path, IgnoreReason::unreadable, error.message());
            }
        }
        for (const fs::path& folder : named_order_) take_named(folder, named_[folder]);
    }

    SessionScan result() {
        drop_picture_sessions();
        for (Session& session : scan_.sessions) {
            for (const CalibrationCandidate& c : scan_.calibration) {
                if (lies_in(real_path(session.folder), real_path(c.serves))) session.calibration.push_back(c);
            }
        }
        scan_.ignored = std::move(walk_.ignored);
        scan_.complete = walk_.complete;
        return std::move(scan_);
    }

private:
    // `real` names the folder: the path may be "." or end in a slash.
    void visit(const fs::path& folder, const fs::path& real, int depth, bool given) {
        const FolderKind kind = parse_folder_name(real.filename().string()).kind;
        if (is_calibration_folder(kind)) return take_calibration(real, depth, real.parent_path());
        if (!given && pass_over(folder, kind)) return;
        std::vector<fs::path> files;
        std::vector<FolderEntry> folders;
        for (FolderEntry& entry : walk_.enter(folder, depth)) {
            if (!entry.is_folder) {
                if (first_time(entry.is_link ? real_path(entry.path) : real / entry.name, entry.path))
                    files.push_back(entry.path);
            } else {
                folders.push_back(std::move(entry));
            }
        }
        const bool all_lights = kind == FolderKind::session || kind == FolderKind::lights;
        SortedFiles sorted = sort_files(files, all_lights, Named::by_folder, options_, walk_);
        const bool wanted = given || kind == FolderKind::lights;
        if (sorted.only_pictures() && (!wanted || kind == FolderKind::session)) leave_out_previews(sorted);
        make_session(folder, real, sorted, /*found_by_walk=*/true);
        for (const FolderEntry& entry : folders) visit(entry.path, real_or_named(entry, real), depth + 1, false);
    }

    // A linked folder keeps the name it has here: "lights" may point to anything.
    static fs::path real_or_named(const FolderEntry& entry, const fs::path& parent) { return parent / entry.name; }

    bool pass_over(const fs::path& folder, FolderKind kind) {
        const auto reason = kind == FolderKind::hidden       ? std::optional(IgnoreReason::hidden)
                            : kind == FolderKind::thumbnails ? std::optional(IgnoreReason::thumbnails)
                            : kind == FolderKind::scratch    ? std::optional(IgnoreReason::scratch)
                                                             : std::nullopt;
        if (reason) walk_.ignore(folder, *reason);
        return reason.has_value();
    }

    void take_calibration(const fs::path& folder, int depth, const fs::path& serves) {
        for (CalibrationCandidate& c : walk_calibration(walk_, folder, depth, std::nullopt, serves))
            scan_.calibration.push_back(std::move(c));
    }

    void leave_out_previews(SortedFiles& sorted) {
        for (const NamedFile& file : sorted.lights) walk_.ignore(file.path, IgnoreReason::preview);
        sorted.lights.clear();
    }

    // Pictures beside a night of real frames are its previews, even where they fill a folder of their own.
    void drop_picture_sessions() {
        const auto is_frames = [&](const Session& s) { return !picture_folders_.contains(s.folder); };
        if (std::none_of(scan_.sessions.begin(), scan_.sessions.end(), is_frames)) return;
        std::erase_if(scan_.sessions, [&](const Session& s) {
            if (is_frames(s)) return false;
            for (const fs::path& path : s.lights) walk_.ignore(path, IgnoreReason::preview);
            return true;
        });
    }

    bool first_time(const fs::path& real, const fs::path& shown) {
        if (files_seen_.insert(real).second) return true;
        walk_.ignore(shown, IgnoreReason::repeated);
        return false;
    }

    void take_named(const fs::path& folder, const std::vector<fs::path>& named) {
        std::vector<fs::path> files;
        given_ = named.front();
        for (const fs::path& path : named) {
            if (first_time(real_path(path), path)) files.push_back(path);
        }
        const FolderKind kind = parse_folder_name(folder.filename().string()).kind;
        const bool all_lights = kind == FolderKind::session || kind == FolderKind::lights;
        SortedFiles sorted = sort_files(files, all_lights, Named::by_user, options_, walk_);
        if (!sorted.sidecar) sorted.sidecar = folder / "shotsInfo.json";
        make_session(folder, folder, sorted, /*found_by_walk=*/false);
    }

    void make_session(const fs::path& folder, const fs::path& real, const SortedFiles& files, bool found_by_walk) {
        for (const auto& [kind, named] : files.calibration) {
            for (CalibrationCandidate& c : grouped(named, kind, {}, real)) scan_.calibration.push_back(std::move(c));
        }
        if (files.lights.empty() && files.failed.empty()) return;
        Session session;
        session.folder = folder;
        session.given = given_;
        if (found_by_walk && files.only_pictures()) picture_folders_.insert(folder);
        const bool just_lights = parse_folder_name(real.filename().string()).kind == FolderKind::lights;
        session.name = (just_lights ? real.parent_path() : real).filename().string();
        session.lights = paths_of(files.lights);
        session.device_failed = paths_of(files.failed);
        const NamedFile& first = files.lights.empty() ? files.failed.front() : files.lights.front();
        session.hints = session_hints(real, session.name, first.name.hints);
        if (files.sidecar) {
            ShotsInfoReading reading = read_shots_info(*files.sidecar);
            session.sidecar = std::move(reading.info);
            if (!reading.warning.empty()) session.warnings.push_back(std::move(reading.warning));
        }
        warn_of_contradiction(session);
        scan_.sessions.push_back(std::move(session));
    }

    const ScanOptions& options_;
    Walk walk_;
    fs::path given_;  // being looked at
    SessionScan scan_;
    std::map<fs::path, std::vector<fs::path>> named_;  // files named by the user, by their folder
    std::vector<fs::path> named_order_;
    std::set<fs::path> files_seen_;
    std::set<fs::path> picture_folders_;  // sessions of pictures alone that a walk has found
};

}  // namespace

void ScanOptions::check() const {
    if (max_depth < 0 || max_depth > 64) throw OptionError("scan: max_depth must be 0 to 64");
    if (max_entries == 0) throw OptionError("scan: max_entries must not be 0");
}

SessionScan scan(std::span<const fs::path> paths, const ScanOptions& options) {
    options.check();
    Scanner scanner(options);
    scanner.add(paths);
    return scanner.result();
}

}  // namespace nightstack::io
