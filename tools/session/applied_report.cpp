// SPDX-License-Identifier: MIT
#include "tools/session/applied_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "io/files/file.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kKinds[] = {"dark", "flat", "bias"};

Json master_json(const AppliedMaster& m) {
    return {{"source", m.source},
            {"frames", m.frames},
            {"sha256", m.sha256},
            {"noise_adu", m.noise_adu > 0 ? Json(m.noise_adu) : Json(nullptr)},
            {"kept", m.kept}};
}

// A flat with what was taken off its frames.
Json flat_json(const GroupMasters& group) {
    Json flat = master_json(group.of("flat"));
    const AppliedMaster& offset = group.flat_offset;
    flat["offset"] = nullptr;
    if (!offset.source.empty()) {
        flat["offset"] = {{"kind", offset.kind}};
        flat["offset"].update(master_json(offset));
    }
    return flat;
}

Json applied_json_to(const GroupMasters& group) {
    Json applied;
    for (const char* kind : kKinds) applied[kind] = nullptr;
    applied["why_not"] = Json::object();
    for (const char* kind : kKinds) {
        const AppliedMaster& m = group.of(kind);
        if (m.source.empty()) {
            applied["why_not"][kind] = m.text;
        } else {
            applied[kind] = m.kind == "flat" ? flat_json(group) : master_json(m);
        }
    }
    const AppliedMaster& offset = group.flat_offset;
    if (group.flat && (offset.source.empty() || offset.kind != "flat dark"))
        applied["why_not"]["flat_dark"] = offset.text;
    applied["defects"] = group.defects();
    applied["impulse_filter"] = group.calibration.filter_impulses;
    return applied;
}

Json group_json(const GroupMasters& group) {
    const io::LightKey& key = group.lights.key;
    const auto number = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
    const std::string& session = group.lights.session;
    Json out = {{"lights", group.lights.lights.size()},
                {"session", session.empty() ? Json(nullptr) : Json(io::printable(session))},
                {"exposure_s", number(key.exposure_s)},
                {"gain", number(key.gain)},
                {"binning", number(key.binning)},
                {"filter", key.filter.empty() ? Json(nullptr) : Json(io::printable(key.filter))},
                {"camera", key.camera == io::CameraSide::unknown ? Json(nullptr) : Json(io::name(key.camera))}};
    out.update(applied_json_to(group));
    return out;
}

// What all groups have in common; where they differ, the groups tell.
Json shared(const Json& groups) {
    Json all;
    for (const char* kind : kKinds) all[kind] = nullptr;
    all["why_not"] = Json::object();
    const Json& first = groups.front();
    std::size_t defects = 0;
    bool impulse_filter = false;
    for (const Json& g : groups) {
        defects = std::max(defects, g["defects"].get<std::size_t>());
        impulse_filter = impulse_filter || g["impulse_filter"].get<bool>();
    }
    for (const char* kind : kKinds) {
        const auto alike = [&](const Json& g) {
            return g[kind] == first[kind] && g["why_not"].value(kind, "") == first["why_not"].value(kind, "");
        };
        if (!std::all_of(groups.begin(), groups.end(), alike)) {
            all["why_not"][kind] = "differs between the groups of lights, see groups";
            continue;
        }
        all[kind] = first[kind];
        if (first[kind].is_null()) all["why_not"][kind] = first["why_not"][kind];
    }
    all["defects"] = defects;
    all["impulse_filter"] = impulse_filter;
    return all;
}

}  // namespace

std::string applied_json(const SessionMasters& masters) {
    Json groups = Json::array();
    for (const GroupMasters& group : masters.groups) groups.push_back(group_json(group));
    Json applied = masters.groups.empty()       ? Json::object()
                   : masters.groups.size() == 1 ? applied_json_to(masters.groups.front())
                                                : shared(groups);
    applied["warnings"] = masters.warnings;
    if (masters.groups.size() > 1) applied["groups"] = std::move(groups);
    return applied.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nightstack::tools
