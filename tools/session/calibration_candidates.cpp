// SPDX-License-Identifier: MIT
#include "tools/session/calibration_candidates.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "io/files/file.h"
#include "io/session/calibration_scan.h"
#include "pipeline/core/error.h"
#include "tools/session/input_frame.h"

namespace nightstack::tools {
namespace {

using Candidate = io::CalibrationCandidate;
// Exposure in microseconds, gain, binning: what splits a folder of mixed frames. -1 = not said.
using Group = std::tuple<long long, double, int>;

Group group_of(const FrameInfo& info) {
    const long long exposure = info.exposure ? static_cast<long long>(info.exposure->count() * 1e6 + 0.5) : -1;
    return {exposure, info.gain.value_or(-1), info.binning.value_or(-1)};
}

// The header is better evidence than a name; where it is silent, the name stands.
void take_header(Candidate& c, const FrameInfo& info) {
    if (info.exposure) c.exposure_s = info.exposure->count();
    if (info.gain) c.gain = info.gain;
    if (info.binning) c.binning = info.binning;
    if (info.temperature_c) c.temperature_c = info.temperature_c;
    if (!info.filter.empty()) c.filter = info.filter;
    if (info.exposure || info.gain || info.binning) c.from = io::HintSource::header;
}

void append_by_header(std::vector<Candidate>& out, const Candidate& candidate) {
    if (candidate.is_master || candidate.paths.size() <= 1) {
        Candidate one = candidate;
        if (!one.paths.empty()) {
            if (const auto header = header_summary(one.paths.front())) take_header(one, header->info);
        }
        out.push_back(std::move(one));
        return;
    }
    std::map<Group, Candidate> groups;
    for (const auto& path : candidate.paths) {
        const auto header = header_summary(path);
        Candidate& group = groups[header ? group_of(header->info) : Group{-2, -2, -2}];
        if (group.paths.empty()) {
            group = candidate;
            group.paths.clear();
            if (header) take_header(group, header->info);
        }
        group.paths.push_back(path);
        group.frames = static_cast<int>(group.paths.size());
    }
    for (auto& [key, group] : groups) out.push_back(std::move(group));
}

// What the user named and we do not find is a slip of the keyboard, not a night without darks.
[[noreturn]] void refuse_named(const std::filesystem::path& path, io::CalibrationKind kind, const char* what) {
    const std::string option = kind == io::CalibrationKind::bias ? "biases" : std::string(io::name(kind)) + "s";
    throw OptionError("--" + option + " " + io::printable(path.string()) + ": " + what);
}

void append_named(std::vector<Candidate>& out, const std::vector<std::filesystem::path>& paths,
                  io::CalibrationKind kind) {
    std::vector<std::filesystem::path> files;
    for (const auto& path : paths) {
        std::error_code error;
        if (std::filesystem::is_regular_file(path, error)) {
            files.push_back(path);
            continue;
        }
        if (!std::filesystem::is_directory(path, error)) refuse_named(path, kind, "no such file or folder");
        const auto found = io::collect_calibration(path, kind).candidates;
        if (found.empty()) refuse_named(path, kind, "no frames in it");
        for (const Candidate& c : found) append_by_header(out, c);
    }
    if (files.size() == 1) {
        for (const Candidate& c : io::collect_calibration(files.front(), kind).candidates) append_by_header(out, c);
    } else if (!files.empty()) {
        Candidate several;
        several.paths = files;
        several.kind = kind;
        several.frames = static_cast<int>(files.size());
        append_by_header(out, several);
    }
}

bool is_asked_for(io::CalibrationKind kind, const StackOptions& o) {
    switch (kind) {
        case io::CalibrationKind::dark: return o.darks.empty() && !o.no_dark;
        case io::CalibrationKind::flat: return o.flats.empty() && !o.no_flat;
        case io::CalibrationKind::bias: return o.biases.empty() && !o.no_bias;
        case io::CalibrationKind::flat_dark: return !o.no_flat;
    }
    return false;
}

// What the disk holds, once each: headers are read but once when several sessions share a tree.
struct Found {
    std::vector<std::filesystem::path> paths;
    std::vector<Candidate> by_header;
    std::set<std::size_t> parts;  // that it lies with
};

void add_found(std::vector<Found>& all, const Candidate& c, std::size_t part, const StackOptions& options) {
    if (!is_asked_for(c.kind, options)) return;
    const auto known = std::find_if(all.begin(), all.end(), [&](const Found& f) { return f.paths == c.paths; });
    if (known != all.end()) {
        known->parts.insert(part);
        return;
    }
    all.push_back({c.paths, {}, {part}});
    append_by_header(all.back().by_header, c);
}

std::vector<Found> found_with(std::span<const io::Session> parts, const StackOptions& options) {
    std::vector<Found> all;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        for (const Candidate& c : parts[p].calibration) add_found(all, c, p, options);
        if (parts[p].folder.empty()) continue;
        for (const Candidate& c : io::find_calibration(parts[p].folder).candidates) add_found(all, c, p, options);
    }
    return all;
}

std::vector<std::vector<Candidate>> recorded_candidates(std::span<const io::Session> parts) {
    std::vector<std::vector<Candidate>> out(parts.size());
    for (std::size_t p = 0; p < parts.size(); ++p) {
        for (const Candidate& c : parts[p].calibration) append_by_header(out[p], c);
    }
    return out;
}

}  // namespace

std::vector<std::vector<Candidate>> calibration_candidates(const io::Session& session, const StackOptions& options) {
    const std::span<const io::Session> parts = io::parts_of(session);
    if (session.recorded) return recorded_candidates(parts);
    std::vector<Candidate> named;
    append_named(named, options.darks, io::CalibrationKind::dark);
    append_named(named, options.flats, io::CalibrationKind::flat);
    append_named(named, options.biases, io::CalibrationKind::bias);
    const std::vector<Found> found = found_with(parts, options);
    std::vector<std::vector<Candidate>> out(parts.size(), named);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        for (const bool joined : {false, true}) {
            for (const Found& f : found) {
                if (f.parts.contains(p) == joined) continue;
                for (const Candidate& c : f.by_header) {
                    out[p].push_back(c);
                    out[p].back().joined = joined;
                }
            }
        }
    }
    return out;
}

io::LightKey light_key(const FrameInfo& info, io::CameraSide camera) {
    io::LightKey key;
    key.camera = camera;
    if (info.exposure) key.exposure_s = info.exposure->count();
    key.gain = info.gain;
    key.binning = info.binning;
    key.temperature_c = info.temperature_c;
    key.filter = info.filter;
    return key;
}

io::LightKey flat_key(const Candidate& flats) {
    io::LightKey key;
    key.camera = flats.camera;
    key.exposure_s = flats.exposure_s;
    key.gain = flats.gain;
    key.binning = flats.binning;
    key.temperature_c = flats.temperature_c;
    key.frames = "flats";
    return key;
}

}  // namespace nightstack::tools
