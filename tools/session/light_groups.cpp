// SPDX-License-Identifier: MIT
#include "tools/session/light_groups.h"

#include <algorithm>
#include <optional>
#include <set>

#include "io/files/file.h"
#include "pipeline/core/exposure.h"
#include "tools/session/calibration_candidates.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace {

std::optional<Seconds> exposure_of(const io::LightKey& key) {
    return key.exposure_s ? std::optional(Seconds(*key.exposure_s)) : std::nullopt;
}

std::string text(double value) { return exposure_text(Seconds(value)); }

// The one value that all frames that say it agree on; nothing where they differ.
template <class T>
std::optional<T> only_value(const SessionLights& lights, std::optional<T> FrameInfo::*field) {
    std::set<T> values;
    for (const InputFrame& f : lights.frames) {
        if (!f.settled && f.info.*field) values.insert(*(f.info.*field));
    }
    return values.size() == 1 ? std::optional(*values.begin()) : std::nullopt;
}

// The same, within what headers differ by rounding: that of the first.
std::optional<Seconds> only_exposure(const SessionLights& lights) {
    std::optional<Seconds> first;
    for (const InputFrame& f : lights.frames) {
        if (f.settled || !f.info.exposure) continue;
        if (!first) first = f.info.exposure;
        if (!same_exposure(first, f.info.exposure)) return std::nullopt;
    }
    return first;
}

std::string only_filter(const SessionLights& lights) {
    std::set<std::string> values;
    for (const InputFrame& f : lights.frames) {
        if (!f.settled && !f.info.filter.empty()) values.insert(f.info.filter);
    }
    return values.size() == 1 ? *values.begin() : "";
}

void take_temperature(LightGroup& group, const SessionLights& lights, TemperatureOf whose) {
    double sum = 0;
    int n = 0;
    for (const std::size_t i : group.lights) {
        if (const auto& t = lights.frames[i].info.temperature_c) {
            sum += *t;
            ++n;
            if (whose == TemperatureOf::first) break;
        }
    }
    group.key.temperature_c = n > 0 ? std::optional(sum / n) : std::nullopt;
}

}  // namespace

FrameInfo filled(FrameInfo info, const FrameInfo& common) {
    if (!info.exposure) info.exposure = common.exposure;
    if (!info.gain) info.gain = common.gain;
    if (!info.binning) info.binning = common.binning;
    if (info.filter.empty()) info.filter = common.filter;
    return info;
}

bool same_kind(const io::LightKey& a, const io::LightKey& b) {
    return a.camera == b.camera && same_exposure(exposure_of(a), exposure_of(b)) && a.gain == b.gain &&
           a.binning == b.binning && a.filter == b.filter;
}

std::vector<LightGroup> group_lights(const SessionLights& lights, const io::Session& session, TemperatureOf whose) {
    FrameInfo common;
    common.exposure = only_exposure(lights);
    common.gain = only_value(lights, &FrameInfo::gain);
    common.binning = only_value(lights, &FrameInfo::binning);
    common.filter = only_filter(lights);
    const std::span<const io::Session> parts = io::parts_of(session);
    std::vector<LightGroup> groups;
    for (std::size_t i = 0; i < lights.frames.size(); ++i) {
        const InputFrame& f = lights.frames[i];
        if (f.settled) continue;
        const std::size_t part = lights.part[i];
        const io::LightKey key = light_key(filled(f.info, common), parts[part].hints.camera);
        const auto mine = std::find_if(groups.begin(), groups.end(),
                                       [&](const LightGroup& g) { return g.part == part && same_kind(g.key, key); });
        if (mine == groups.end()) {
            groups.push_back({part, parts.size() > 1 ? parts[part].name : "", key, {i}});
        } else {
            mine->lights.push_back(i);
        }
    }
    for (LightGroup& group : groups) take_temperature(group, lights, whose);
    return groups;
}

std::string describe(const io::LightKey& key) {
    std::string out;
    const auto add = [&](const std::string& word) { out += (out.empty() ? "" : ", ") + word; };
    if (key.camera != io::CameraSide::unknown) add(std::string(io::name(key.camera)));
    if (key.exposure_s) add(text(*key.exposure_s) + " s");
    if (key.gain) add("gain " + text(*key.gain));
    if (key.binning) add("bin " + std::to_string(*key.binning));
    if (!key.filter.empty()) add(io::printable(key.filter));
    return out.empty() ? "of unknown exposure" : out;
}

}  // namespace nightstack::tools
