// SPDX-License-Identifier: MIT
#include "tools/night/core/told_masters.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

bool flat_was_applied(const MastersRecord& record) {
    return std::ranges::any_of(record.applied,
                               [](const AppliedMaster& m) { return m.kind == "flat" && !m.source.empty(); });
}

// Masters that are told of and not at hand stand there without pixels: whether there is a flat, and how many defects a
// dark has, is all that anybody asks who only tells of them.
SharedMaster told_dark(std::uint64_t defects) {
    constexpr std::uint64_t kMost = 1 << 22;
    const int n = static_cast<int>(std::min(defects, kMost));
    if (n == 0) return nullptr;
    std::vector<DefectPixel> pixels;
    for (int x = 0; x < n; ++x) pixels.push_back({x, 0});
    auto dark = std::make_shared<Master>();
    dark->defects = DefectMap(n, 1, std::move(pixels));
    return dark;
}

}  // namespace

std::map<std::uint64_t, ToldGroup> told_groups(const std::vector<NightRecord>& records) {
    std::map<std::uint64_t, ToldGroup> groups;
    std::map<std::uint64_t, std::vector<RecordedInput>> inputs;  // of groups whose masters are not told yet
    for (const NightRecord& record : records) {
        if (const auto* r = std::get_if<RulesRecord>(&record); r != nullptr && r->anew) groups.clear(), inputs.clear();
        if (const auto* r = std::get_if<InputsRecord>(&record)) {
            auto& all = inputs[r->group];
            if (r->from == 0) all.clear();  // a run that died here has begun anew
            all.insert(all.end(), r->inputs.begin(), r->inputs.end());
        }
        if (const auto* r = std::get_if<MastersRecord>(&record))
            groups[r->group] = {*r, std::exchange(inputs[r->group], {})};
    }
    return groups;
}

SessionMasters told_masters(const ToldGroup& group) {
    const MastersRecord& record = group.masters;
    SessionMasters masters;
    GroupMasters& only = masters.groups.emplace_back();
    only.lights.key = record.key;
    only.lights.lights = {0};
    only.dark = told_dark(record.defects);
    if (flat_was_applied(record)) only.flat = std::make_shared<Master>();
    only.calibration.filter_impulses = record.impulse_filter;
    for (const RecordedInput& input : group.inputs) {
        InputFrame& told = masters.inputs.emplace_back();
        told.path = input.file;
        told.shown = printable(input.file);
        told.role = input.role;
        told.sha256 = input.sha256;
        told.bytes = input.bytes;
    }
    take_words(masters, record);
    return masters;
}

void take_words(SessionMasters& masters, const MastersRecord& record) {
    GroupMasters& group = masters.groups[0];
    group.applied = record.applied;
    group.flat_offset = record.flat_offset;
    masters.warnings = record.warnings;
    masters.failed = static_cast<std::size_t>(record.failed);
}

void join_masters(SessionMasters& all, const SessionMasters& one) {
    all.groups.push_back(one.groups[0]);
    all.groups.back().lights.lights.clear();
    all.failed += one.failed;
    for (const std::string& warning : one.warnings) {
        if (std::ranges::find(all.warnings, warning) == all.warnings.end()) all.warnings.push_back(warning);
    }
    for (const InputFrame& f : one.inputs) {
        InputFrame& told = all.inputs.emplace_back();
        told.path = f.path;
        told.shown = f.shown;
        told.role = f.role;
        told.sha256 = f.sha256;
        told.bytes = f.bytes;
        told.info = f.info;
    }
}

}  // namespace nightstack::tools
