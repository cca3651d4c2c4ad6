// SPDX-License-Identifier: MIT
// Records of a night, read back from their text: whatever is in a file, an answer or a refusal.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/core/cfa.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/night/core/night_records.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

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

// As a header may have it, whatever that means.
std::optional<int> int_or_none(const Json& j, const char* key) {
    const auto value = number_or_none(j, key);
    require(!value || (std::abs(*value) < 2e9 && *value == std::floor(*value)), key, "is no whole number");
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
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
    return {text(j, "program"), bytes(j, "source"),
            bytes(j, "folder"), text(j, "options"),
            text(j, "call"),    bytes(j, "target"),
            text(j, "utc"),     j.contains("part") ? bytes(j, "part") : std::string()};
}

RulesRecord rules(const Json& j) {
    RulesRecord r;
    r.format = format_of(member(j, "format"));
    r.info.camera = bytes(j, "camera");
    r.info.filter = bytes(j, "filter");
    if (const auto s = number_or_none(j, "exposure_s")) r.info.exposure = Seconds(*s);
    r.info.gain = number_or_none(j, "gain");
    r.info.binning = int_or_none(j, "binning");
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

io::LightKey key_of(const Json& j) {
    require(j.is_object(), "key", "is no object");
    io::LightKey key;
    key.camera = static_cast<io::CameraSide>(whole(j, "camera", static_cast<std::uint64_t>(io::CameraSide::wide)));
    key.filter = bytes(j, "filter");
    key.exposure_s = number_or_none(j, "exposure_s");
    key.gain = number_or_none(j, "gain");
    key.binning = int_or_none(j, "binning");
    key.temperature_c = number_or_none(j, "temperature_c");
    return key;
}

MastersRecord masters(const Json& j) {
    MastersRecord r;
    r.group = whole(j, "group");
    for (const Json& m : list(j, "applied")) r.applied.push_back(master_of(m));
    r.flat_offset = master_of(member(j, "flat_offset"));
    r.warnings = texts(j, "warnings");
    r.failed = whole(j, "failed");
    r.key = key_of(member(j, "key"));
    r.defects = whole(j, "defects");
    r.impulse_filter = flag(j, "impulse_filter");
    return r;
}

FrameInfo said(const Json& j) {
    require(j.is_object(), "said", "is no object");
    FrameInfo info;
    if (j.contains("object")) info.object = bytes(j, "object");
    if (j.contains("filter")) info.filter = bytes(j, "filter");
    if (const auto s = number_or_none(j, "exposure_s")) info.exposure = Seconds(*s);
    info.gain = number_or_none(j, "gain");
    info.binning = int_or_none(j, "binning");
    info.temperature_c = number_or_none(j, "temperature_c");
    info.ra_deg = number_or_none(j, "ra_deg");
    info.dec_deg = number_or_none(j, "dec_deg");
    return info;
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
    if (j.contains("said")) r.said = said(j["said"]);
    return r;
}

CheckpointRecord checkpoint(const Json& j) {
    const Json& last = list(j, "last");
    require(last.size() == 9, "last", "is no transform");
    std::array<double, 9> m{};
    std::ranges::transform(last, m.begin(), [](const Json& value) { return number(value, "last"); });
    return {whole(j, "slot", 1), whole(j, "frames"), Transform(m), whole(j, "bytes")};
}

DoneRecord done(const Json& j) {
    return {static_cast<int>(whole(j, "code", 255)), texts(j, "products"),
            j.contains("best_due") && flag(j, "best_due")};
}

}  // namespace

NightRecord parse_record(std::string_view record) {
    const Json j = Json::parse(record, nullptr, /*allow_exceptions=*/false);
    if (!j.is_object()) refuse("it is no object");
    const std::string kind = text(j, "record");
    if (kind == "begun") return begun(j);
    if (kind == "rules") return rules(j);
    if (kind == "inputs") return inputs(j);
    if (kind == "masters") return masters(j);
    if (kind == "frame") return frame(j);
    if (kind == "group") return GroupRecord{bytes(j, "name"), text(j, "sha256"), whole(j, "group")};
    if (kind == "verdict") return VerdictRecord{whole(j, "seq"), text(j, "verdict"), text(j, "reason")};
    if (kind == "checkpoint") return checkpoint(j);
    if (kind == "source") return SourceRecord{bytes(j, "text")};
    if (kind == "products") return ProductsRecord{texts(j, "files")};
    if (kind == "done") return done(j);
    if (kind == "decision") return DecisionRecord{text(j, "sha256"), bytes(j, "file"), flag(j, "retracted")};
    if (kind == "best") return BestRecord{static_cast<int>(whole(j, "code", 255)), texts(j, "files")};
    refuse("it is a '" + printable(kind) + "'");
}

}  // namespace nightstack::tools
