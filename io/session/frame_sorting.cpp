// SPDX-License-Identifier: MIT
#include "io/session/frame_sorting.h"

#include <algorithm>
#include <utility>

#include "io/files/file.h"
#include "io/session/light_order.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace fs = std::filesystem;
namespace {

// Words of our own report; two of them in a .json mean that the picture beside it is our result.
bool is_own_report(const fs::path& json) {
    try {
        const File file(json);
        std::string head(std::min<std::uint64_t>(file.size(), 64 * 1024), '\0');
        file.read_at(std::as_writable_bytes(std::span(head)), 0);
        int words = 0;
        for (const char* word : {"\"applied\"", "\"why_not\"", "\"ref_from_frame\"", "\"livetime_s\"", "\"nightstack"})
            words += head.find(word) != std::string::npos ? 1 : 0;
        return words >= 2;
    } catch (const Error&) {
        return false;
    }
}

std::optional<IgnoreReason> reason_to_ignore(FileKind kind) {
    switch (kind) {
        case FileKind::stacked_result: return IgnoreReason::stacked_result;
        case FileKind::own_product: return IgnoreReason::own_product;
        case FileKind::compressed: return IgnoreReason::compressed;
        case FileKind::partial: return IgnoreReason::partial;
        case FileKind::hidden: return IgnoreReason::hidden;
        case FileKind::other: return IgnoreReason::other_type;
        default: return std::nullopt;
    }
}

bool is_ordinary_light(const FileName& name) { return name.kind == FileKind::frame; }

class Sorter {
public:
    Sorter(bool all_lights, const ScanOptions& options, Walk& walk)
        : all_lights_(all_lights), options_(options), walk_(walk) {}

    void take(const NamedFile& file, const std::vector<std::string>& own_reports) {
        const fs::path& path = file.path;
        if (file.name.kind == FileKind::sidecar) {
            if (!sorted.sidecar) sorted.sidecar = path;
            return;
        }
        if (const auto reason = reason_to_ignore(file.name.kind)) return walk_.ignore(path, *reason);
        if (std::binary_search(own_reports.begin(), own_reports.end(), path.stem().string()))
            return walk_.ignore(path, IgnoreReason::own_product);
        const bool picture = file.name.container == FrameContainer::picture;
        if (picture && file.name.kind != FileKind::frame) return walk_.ignore(path, IgnoreReason::preview);
        if (file.name.kind == FileKind::failed_frame) {
            sorted.failed.push_back(file);
        } else if (const auto kind = calibration_kind(file.name.kind); kind && !all_lights_) {
            sorted.calibration[*kind].push_back(file);
        } else if (all_lights_ || !options_.header) {
            sorted.lights.push_back(file);
        } else {
            ask_header(file);
        }
    }

    SortedFiles sorted;

private:
    void ask_header(NamedFile file) {
        const std::optional<HeaderSummary> header = options_.header(file.path);
        if (!header) return sorted.lights.push_back(std::move(file));
        if (header->is_stack) return walk_.ignore(file.path, IgnoreReason::stacked_result, "says its header");
        const auto kind = kind_of(header->info.role);
        if (!kind) return sorted.lights.push_back(std::move(file));
        fill_from_header(file.name.hints, header->info);
        file.told_by_header = HintSource::header;
        sorted.calibration[*kind].push_back(std::move(file));
    }

    static std::optional<CalibrationKind> kind_of(ImageRole role) {
        switch (role) {
            case ImageRole::dark: return CalibrationKind::dark;
            case ImageRole::flat: return CalibrationKind::flat;
            case ImageRole::bias: return CalibrationKind::bias;
            case ImageRole::flat_dark: return CalibrationKind::flat_dark;
            case ImageRole::light:
            case ImageRole::unknown: break;
        }
        return std::nullopt;
    }

    static void fill_from_header(NameHints& hints, const FrameInfo& info) {
        if (info.exposure) hints.exposure_s = info.exposure->count();
        if (info.gain) hints.gain = info.gain;
        if (info.binning) hints.binning = info.binning;
        if (info.temperature_c) hints.temperature_c = info.temperature_c;
        if (!info.filter.empty()) hints.filter = info.filter;
    }

    bool all_lights_;
    const ScanOptions& options_;
    Walk& walk_;
};

void put_in_order(std::vector<NamedFile>& frames) {
    std::vector<LightName> keys;
    for (const NamedFile& frame : frames) keys.push_back({frame.path.filename().string(), frame.name.hints.stamp});
    std::vector<NamedFile> ordered;
    for (const std::size_t i : light_order(keys)) ordered.push_back(std::move(frames[i]));
    frames = std::move(ordered);
}

// A TIFF among FITS frames is a picture somebody saved; a folder of TIFF alone is a session in TIFF. A PNG
// or JPEG is a picture beside either, and also beside frames that the scope has marked failed.
void leave_out_pictures(SortedFiles& sorted, Walk& walk) {
    FrameContainer best = FrameContainer::picture;
    for (const std::vector<NamedFile>* frames : {&sorted.lights, &sorted.failed}) {
        for (const NamedFile& f : *frames) best = std::min(best, f.name.container);
    }
    for (std::vector<NamedFile>* frames : {&sorted.lights, &sorted.failed}) {
        std::erase_if(*frames, [&](const NamedFile& f) {
            if (f.name.container == best) return false;
            const bool tiff = f.name.container == FrameContainer::tiff;
            walk.ignore(f.path, tiff ? IgnoreReason::tiff_beside_fits : IgnoreReason::preview);
            return true;
        });
    }
}

std::vector<std::string> own_reports_among(std::span<const NamedFile> files) {
    std::vector<std::string> stems;
    for (const NamedFile& file : files) {
        if (lower_case(file.path.extension().string()) == ".json" && file.name.kind == FileKind::other &&
            is_own_report(file.path))
            stems.push_back(file.path.stem().string());
    }
    std::sort(stems.begin(), stems.end());
    return stems;
}

}  // namespace

bool SortedFiles::only_pictures() const {
    return !lights.empty() && std::all_of(lights.begin(), lights.end(), [](const NamedFile& f) {
        return f.name.container == FrameContainer::picture;
    });
}

SortedFiles sort_files(std::span<const fs::path> files, bool all_lights, Named named, const ScanOptions& options,
                       Walk& walk) {
    std::vector<NamedFile> read;
    for (const fs::path& path : files) read.push_back({path, parse_file_name(path.filename().string())});
    Sorter sorter(all_lights, options, walk);
    const bool swept_up =
        std::any_of(read.begin(), read.end(), [](const NamedFile& f) { return is_ordinary_light(f.name); });
    if (named == Named::by_user && !swept_up) {
        for (NamedFile& file : read) {
            const bool failed = file.name.kind == FileKind::failed_frame;
            (failed ? sorter.sorted.failed : sorter.sorted.lights).push_back(std::move(file));
        }
    } else {
        const std::vector<std::string> own_reports = own_reports_among(read);
        for (const NamedFile& file : read) sorter.take(file, own_reports);
        leave_out_pictures(sorter.sorted, walk);
    }
    put_in_order(sorter.sorted.lights);
    put_in_order(sorter.sorted.failed);
    return std::move(sorter.sorted);
}

}  // namespace nightstack::io
