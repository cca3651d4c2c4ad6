// SPDX-License-Identifier: MIT
// Records of a night, written down. Reading: night_records_read.cpp.
#include "tools/night/core/night_records.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/core/cfa.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

// Texts may hold any bytes of a header or a name.
std::string escaped(const std::string& bytes) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7F && c != '%') {
            out += c;
        } else {
            out += {'%', kHex[byte >> 4], kHex[byte & 15]};
        }
    }
    return out;
}

void put(Json& j, const char* key, const std::optional<double>& value) {
    if (value && std::isfinite(*value)) j[key] = *value;
}

Json json_of(const StreamFormat& f) {
    Json j{{"width", f.width}, {"height", f.height}, {"kind", static_cast<int>(f.kind)}};
    if (f.cfa) j["cfa"] = name(*f.cfa);
    return j;
}

Json json_of(const AppliedMaster& m) {
    return {{"kind", m.kind},          {"source", escaped(m.source)}, {"frames", m.frames},   {"sha256", m.sha256},
            {"text", escaped(m.text)}, {"misfit", m.misfit},          {"noise", m.noise_adu}, {"kept", m.kept}};
}

Json json_of(const io::LightKey& key) {
    Json j{{"camera", static_cast<int>(key.camera)}, {"filter", escaped(key.filter)}};
    put(j, "exposure_s", key.exposure_s);
    put(j, "gain", key.gain);
    if (key.binning) j["binning"] = *key.binning;
    put(j, "temperature_c", key.temperature_c);
    return j;
}

// What names and sidecars tell.
Json json_of(const FrameInfo& said) {
    Json j = Json::object();
    if (!said.object.empty()) j["object"] = escaped(said.object);
    if (!said.filter.empty()) j["filter"] = escaped(said.filter);
    if (said.exposure) put(j, "exposure_s", said.exposure->count());
    put(j, "gain", said.gain);
    if (said.binning) j["binning"] = *said.binning;
    put(j, "temperature_c", said.temperature_c);
    put(j, "ra_deg", said.ra_deg);
    put(j, "dec_deg", said.dec_deg);
    return j;
}

Json body(const BegunRecord& r) {
    Json j{{"record", "begun"},
           {"schema", kNightSchema},
           {"program", r.program},
           {"source", escaped(r.source)},
           {"folder", escaped(r.folder)},
           {"options", r.options},
           {"call", r.call},
           {"target", escaped(r.target)},
           {"utc", r.utc}};
    if (!r.part.empty()) j["part"] = escaped(r.part);
    return j;
}

Json body(const RulesRecord& r) {
    Json j{{"record", "rules"},
           {"format", json_of(r.format)},
           {"camera", escaped(r.info.camera)},
           {"filter", escaped(r.info.filter)},
           {"stack_bytes", r.stack_bytes},
           {"anew", r.anew}};
    if (r.info.exposure) put(j, "exposure_s", r.info.exposure->count());
    put(j, "gain", r.info.gain);
    if (r.info.binning) j["binning"] = *r.info.binning;
    return j;
}

Json body(const InputsRecord& r) {
    Json inputs = Json::array();
    for (const RecordedInput& i : r.inputs)
        inputs.push_back({{"file", escaped(i.file)}, {"sha256", i.sha256}, {"role", i.role}, {"bytes", i.bytes}});
    return {{"record", "inputs"}, {"group", r.group}, {"from", r.from}, {"inputs", std::move(inputs)}};
}

Json body(const MastersRecord& r) {
    Json applied = Json::array(), warnings = Json::array();
    for (const AppliedMaster& m : r.applied) applied.push_back(json_of(m));
    for (const std::string& w : r.warnings) warnings.push_back(escaped(w));
    return {{"record", "masters"},
            {"group", r.group},
            {"applied", std::move(applied)},
            {"flat_offset", json_of(r.flat_offset)},
            {"warnings", std::move(warnings)},
            {"failed", r.failed},
            {"key", json_of(r.key)},
            {"defects", r.defects},
            {"impulse_filter", r.impulse_filter}};
}

Json body(const FrameRecord& r) {
    Json j{{"record", "frame"}, {"seq", r.seq},       {"name", escaped(r.name)},  {"path", escaped(r.path)},
           {"bytes", r.bytes},  {"sha256", r.sha256}, {"failed", r.marked_failed}};
    if (r.group) j["group"] = *r.group;
    if (r.said) j["said"] = json_of(*r.said);
    return j;
}

Json body(const GroupRecord& r) {
    return {{"record", "group"}, {"name", escaped(r.name)}, {"sha256", r.sha256}, {"group", r.group}};
}

Json body(const VerdictRecord& r) {
    return {{"record", "verdict"}, {"seq", r.seq}, {"verdict", r.verdict}, {"reason", r.reason}};
}

Json body(const CheckpointRecord& r) {
    return {{"record", "checkpoint"},
            {"slot", r.slot},
            {"frames", r.frames},
            {"last", r.last.row_major()},
            {"bytes", r.bytes}};
}

Json body(const SourceRecord& r) { return {{"record", "source"}, {"text", escaped(r.text)}}; }

Json names_json(const std::vector<std::string>& names) {
    Json list = Json::array();
    for (const std::string& name : names) list.push_back(escaped(name));
    return list;
}

Json body(const ProductsRecord& r) { return {{"record", "products"}, {"files", names_json(r.files)}}; }

Json body(const DoneRecord& r) {
    Json products = names_json(r.products);
    return {{"record", "done"}, {"code", r.code}, {"products", std::move(products)}, {"best_due", r.best_due}};
}

Json body(const BestRecord& r) { return {{"record", "best"}, {"code", r.code}, {"files", names_json(r.files)}}; }

Json body(const DecisionRecord& r) {
    return {{"record", "decision"}, {"sha256", r.sha256}, {"file", escaped(r.file)}, {"retracted", r.retracted}};
}

}  // namespace

std::string record_text(const NightRecord& record) {
    return std::visit([](const auto& r) { return body(r).dump(-1, ' ', false, Json::error_handler_t::replace); },
                      record);
}

}  // namespace nightstack::tools
