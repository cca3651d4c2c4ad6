// SPDX-License-Identifier: MIT
#include "tools/night/core/night_records.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/core/cfa.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

// ---- to JSON ----

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

Json body(const BegunRecord& r) {
    return {{"record", "begun"},
            {"schema", kNightSchema},
            {"program", r.program},
            {"source", escaped(r.source)},
            {"folder", escaped(r.folder)},
            {"options", r.options},
            {"call", r.call},
            {"target", escaped(r.target)},
            {"utc", r.utc}};
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
            {"failed", r.failed}};
}

Json body(const FrameRecord& r) {
    Json j{{"record", "frame"}, {"seq", r.seq},       {"name", escaped(r.name)},  {"path", escaped(r.path)},
           {"bytes", r.bytes},  {"sha256", r.sha256}, {"failed", r.marked_failed}};
    if (r.group) j["group"] = *r.group;
    return j;
}

Json body(const GroupRecord& r) { return {{"record", "group"}, {"sha256", r.sha256}, {"group", r.group}}; }

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
    return {{"record", "done"}, {"code", r.code}, {"products", std::move(products)}};
}

// ---- from JSON ----

constexpr std::uint64_t kMostWhole = std::uint64_t{1} << 48;
constexpr std::size_t kMostListed = 10'000;

[[noreturn]] void refuse(const std::string& what) { throw FormatError("a record of the journal cannot be: " + what); }

void require(bool ok, const char* key, const char* what) {
    if (!ok) refuse(std::string("'") + key + "' " + what);
}

const Json& member(const Json& j, const char* key) {
    const auto it = j.find(key);
    require(it != j.end(), key, "is missing");
    return *it;
}

std::string text(const Json& j, const char* key) {
    const Json& value = member(j, key);
    require(value.is_string(), key, "is no text");
    return value.get<std::string>();
}

std::string unescaped(const std::string& text, const char* key) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned byte = 0;
        require(i + 2 < text.size(), key, "ends within an escape");
        const char* const end = text.data() + i + 3;
        const auto read = std::from_chars(text.data() + i + 1, end, byte, 16);
        require(read.ec == std::errc() && read.ptr == end, key, "has an escape that is none");
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

std::string bytes(const Json& j, const char* key) { return unescaped(text(j, key), key); }

std::uint64_t whole(const Json& j, const char* key, std::uint64_t most = kMostWhole) {
    const Json& value = member(j, key);
    require(value.is_number_unsigned() && value.get<std::uint64_t>() <= most, key, "is no such whole number");
    return value.get<std::uint64_t>();
}

double number(const Json& value, const char* key) {
    require(value.is_number() && std::isfinite(value.get<double>()), key, "is no number");
    return value.get<double>();
}

std::optional<double> number_or_none(const Json& j, const char* key) {
    const auto it = j.find(key);
    return it == j.end() ? std::nullopt : std::optional(number(*it, key));
}

bool flag(const Json& j, const char* key) {
    const Json& value = member(j, key);
    require(value.is_boolean(), key, "is neither true nor false");
    return value.get<bool>();
}

const Json& list(const Json& j, const char* key) {
    const Json& value = member(j, key);
    require(value.is_array() && value.size() <= kMostListed, key, "is no list, or too long");
    return value;
}

std::vector<std::string> texts(const Json& j, const char* key) {
    std::vector<std::string> out;
    for (const Json& value : list(j, key)) {
        require(value.is_string(), key, "is no list of texts");
        out.push_back(unescaped(value.get<std::string>(), key));
    }
    return out;
}

StreamFormat format_of(const Json& j) {
    StreamFormat f;
    f.width = static_cast<int>(whole(j, "width", 65'536));
    f.height = static_cast<int>(whole(j, "height", 65'536));
    f.kind = static_cast<PixelKind>(whole(j, "kind", static_cast<std::uint64_t>(PixelKind::rgb)));
    if (!j.contains("cfa")) return f;
    f.cfa = parse_cfa_pattern(text(j, "cfa"));
    require(f.cfa.has_value(), "cfa", "is no pattern");
    return f;
}

AppliedMaster master_of(const Json& j) {
    AppliedMaster m;
    m.kind = text(j, "kind");
    m.source = bytes(j, "source");
    m.frames = static_cast<int>(whole(j, "frames", 1'000'000));
    m.sha256 = text(j, "sha256");
    m.text = bytes(j, "text");
    m.misfit = flag(j, "misfit");
    m.noise_adu = number(member(j, "noise"), "noise");
    m.kept = number(member(j, "kept"), "kept");
    return m;
}

BegunRecord begun(const Json& j) {
    const std::uint64_t schema = whole(j, "schema");
    if (schema > kNightSchema)
        throw FormatError("the night was begun by a newer nightstack (schema " + std::to_string(schema) + ", " +
                          std::to_string(kNightSchema) + " is the newest that this one reads)");
    return {text(j, "program"), bytes(j, "source"), bytes(j, "folder"), text(j, "options"),
            text(j, "call"),    bytes(j, "target"), text(j, "utc")};
}

RulesRecord rules(const Json& j) {
    RulesRecord r;
    r.format = format_of(member(j, "format"));
    r.info.camera = bytes(j, "camera");
    r.info.filter = bytes(j, "filter");
    if (const auto s = number_or_none(j, "exposure_s")) r.info.exposure = Seconds(*s);
    r.info.gain = number_or_none(j, "gain");
    if (j.contains("binning")) r.info.binning = static_cast<int>(whole(j, "binning", 64));
    r.stack_bytes = whole(j, "stack_bytes", ~std::uint64_t{0});
    r.anew = j.contains("anew") && flag(j, "anew");
    return r;
}

InputsRecord inputs(const Json& j) {
    InputsRecord r{whole(j, "group"), whole(j, "from"), {}};
    for (const Json& i : list(j, "inputs"))
        r.inputs.push_back({bytes(i, "file"), text(i, "sha256"), text(i, "role"), whole(i, "bytes")});
    return r;
}

MastersRecord masters(const Json& j) {
    MastersRecord r;
    r.group = whole(j, "group");
    for (const Json& m : list(j, "applied")) r.applied.push_back(master_of(m));
    r.flat_offset = master_of(member(j, "flat_offset"));
    r.warnings = texts(j, "warnings");
    r.failed = whole(j, "failed");
    return r;
}

FrameRecord frame(const Json& j) {
    FrameRecord r{whole(j, "seq"),
                  bytes(j, "name"),
                  bytes(j, "path"),
                  whole(j, "bytes"),
                  text(j, "sha256"),
                  flag(j, "failed"),
                  {}};
    if (j.contains("group")) r.group = whole(j, "group");
    return r;
}

CheckpointRecord checkpoint(const Json& j) {
    const Json& last = list(j, "last");
    require(last.size() == 9, "last", "is no transform");
    std::array<double, 9> m{};
    std::ranges::transform(last, m.begin(), [](const Json& value) { return number(value, "last"); });
    return {whole(j, "slot", 1), whole(j, "frames"), Transform(m), whole(j, "bytes")};
}

DoneRecord done(const Json& j) { return {static_cast<int>(whole(j, "code", 255)), texts(j, "products")}; }

}  // namespace

std::string record_text(const NightRecord& record) {
    return std::visit([](const auto& r) { return body(r).dump(-1, ' ', false, Json::error_handler_t::replace); },
                      record);
}

NightRecord parse_record(std::string_view record) {
    const Json j = Json::parse(record, nullptr, /*allow_exceptions=*/false);
    if (!j.is_object()) refuse("it is no object");
    const std::string kind = text(j, "record");
    if (kind == "begun") return begun(j);
    if (kind == "rules") return rules(j);
    if (kind == "inputs") return inputs(j);
    if (kind == "masters") return masters(j);
    if (kind == "frame") return frame(j);
    if (kind == "group") return GroupRecord{text(j, "sha256"), whole(j, "group")};
    if (kind == "verdict") return VerdictRecord{whole(j, "seq"), text(j, "verdict"), text(j, "reason")};
    if (kind == "checkpoint") return checkpoint(j);
    if (kind == "source") return SourceRecord{bytes(j, "text")};
    if (kind == "products") return ProductsRecord{texts(j, "files")};
    if (kind == "done") return done(j);
    refuse("it is a '" + printable(kind) + "'");
}

}  // namespace nightstack::tools
