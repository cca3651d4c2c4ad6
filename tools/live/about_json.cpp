// SPDX-License-Identifier: MIT
#include "tools/live/about_json.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "io/fits/fits_time.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/live/about_making-inl.h"
#include "tools/live/json_fields-inl.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

constexpr const char* kFormat = "nightstack live stack";
constexpr int kMostDepth = 8;
constexpr const char* kKinds[] = {"mono", "cfa", "rgb"};

// ---- to JSON ----

void put(Json& j, const char* key, const std::optional<double>& value) {
    if (value && std::isfinite(*value)) j[key] = *value;
}

void put(Json& j, const char* key, const std::string& text) {
    if (!text.empty()) j[key] = shortened(text);
}

struct InfoNumber {
    const char* key;
    std::optional<double> FrameInfo::*field;
};
constexpr InfoNumber kInfoNumbers[] = {{"gain", &FrameInfo::gain},
                                       {"temperature_c", &FrameInfo::temperature_c},
                                       {"ra_deg", &FrameInfo::ra_deg},
                                       {"dec_deg", &FrameInfo::dec_deg},
                                       {"site_lat_deg", &FrameInfo::site_lat_deg},
                                       {"site_long_deg", &FrameInfo::site_long_deg},
                                       {"site_elev_m", &FrameInfo::site_elev_m},
                                       {"focal_length_mm", &FrameInfo::focal_length_mm},
                                       {"pixel_size_um", &FrameInfo::pixel_size_um}};
struct InfoText {
    const char* key;
    std::string FrameInfo::*field;
};
constexpr InfoText kInfoTexts[] = {{"object", &FrameInfo::object},
                                   {"camera", &FrameInfo::camera},
                                   {"telescope", &FrameInfo::telescope},
                                   {"filter", &FrameInfo::filter}};
struct FigureNumber {
    const char* key;
    std::optional<double> FrameFigures::*field;
};
constexpr FigureNumber kFigures[] = {{"stars", &FrameFigures::stars},
                                     {"fwhm_px", &FrameFigures::fwhm_px},
                                     {"roundness", &FrameFigures::roundness},
                                     {"background", &FrameFigures::background},
                                     {"transparency", &FrameFigures::transparency},
                                     {"residual_px", &FrameFigures::residual_px},
                                     {"sharpness", &FrameFigures::sharpness}};

Json info_json(const FrameInfo& info) {
    Json j = Json::object();
    if (info.start_utc) j["start"] = io::fits_time_text(*info.start_utc);
    if (info.exposure) put(j, "exposure_s", info.exposure->count());
    if (info.binning) j["binning"] = *info.binning;
    for (const auto& [key, field] : kInfoTexts) put(j, key, info.*field);
    for (const auto& [key, field] : kInfoNumbers) put(j, key, info.*field);
    return j;
}

Json frame_json(const LedgerFrame& f) {
    Json j = {{"sequence", f.sequence},
              {"file", shortened(f.file)},
              {"sha256", f.sha256},
              {"bytes", f.bytes},
              {"verdict", name(f.judgement.verdict)},
              {"reason", name(f.judgement.reason)}};
    put(j, "text", f.judgement.text);
    Json limits = Json::object();
    for (const auto& [figure, limit] : f.judgement.limits) limits[figure] = {limit.value, limit.limit};
    if (!limits.empty()) j["limits"] = limits;
    for (const auto& [key, field] : kFigures) put(j, key, f.figures.*field);
    if (f.retracted) j["retracted"] = true;
    if (f.block) {
        j["block"] = *f.block;
        j["weight"] = f.weight;
        j["scale"] = f.scale;
        j["offset"] = f.offset;
    }
    if (f.ref_from_frame) j["ref_from_frame"] = f.ref_from_frame->row_major();
    if (f.aligned_by != AlignedBy::not_recorded) j["aligned_by"] = name(f.aligned_by);
    if (f.recipe) j["recipe"] = recipe_json(*f.recipe, f.ref_from_frame);
    j["info"] = info_json(f.info);
    return j;
}

Json format_json(const StreamFormat& format) {
    return {{"width", format.width},
            {"height", format.height},
            {"kind", kKinds[static_cast<std::size_t>(format.kind)]},
            {"pattern", format.cfa ? Json(name(*format.cfa)) : Json(nullptr)}};
}

// ---- from JSON ----

// The value among `count` ones that has this name.
template <class Enum>
Enum named(const std::string& word, int count, const char* key) {
    for (int i = 0; i < count; ++i) {
        if (name(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
    }
    require(false, std::string("'") + key + "' is '" + printable(word) + "'");
    return Enum{};
}

constexpr int kVerdicts = static_cast<int>(Verdict::failed) + 1;
constexpr int kReasons = static_cast<int>(Reason::device_failed) + 1;
constexpr int kModels = static_cast<int>(TransformModel::homography) + 1;
constexpr std::uint64_t kMostWhole = std::uint64_t{1} << 53;

FrameInfo parsed_info(const Json& j) {
    require(j.is_object(), "'info' is no object");
    FrameInfo info;
    info.role = ImageRole::light;
    if (j.contains("start")) {
        info.start_utc = io::parse_fits_time(text_of(j, "start"));
        require(info.start_utc.has_value(), "'start' is no time");
    }
    if (const auto exposure = number_or_none(j, "exposure_s")) {
        require(*exposure >= 0 && *exposure <= 1e6, "'exposure_s' is " + std::to_string(*exposure));
        info.exposure = Seconds(*exposure);
    }
    if (j.contains("binning")) info.binning = static_cast<int>(whole_of(j, "binning", 64));
    for (const auto& [key, field] : kInfoTexts) info.*field = text_or_none(j, key);
    for (const auto& [key, field] : kInfoNumbers) info.*field = number_or_none(j, key);
    return info;
}

Judgement parsed_judgement(const Json& j) {
    Judgement judgement;
    judgement.verdict = named<Verdict>(text_of(j, "verdict"), kVerdicts, "verdict");
    judgement.reason = named<Reason>(text_of(j, "reason"), kReasons, "reason");
    judgement.text = text_or_none(j, "text");
    if (!j.contains("limits")) return judgement;
    const Json& limits = j["limits"];
    require(limits.is_object() && limits.size() <= 32, "'limits' is no small object");
    for (const auto& item : limits.items()) {
        const auto pair = numbers_of<2>(limits, item.key().c_str());
        judgement.limits[printable(item.key())] = {pair[0], pair[1]};
    }
    return judgement;
}

AlignedBy parsed_alignment(const std::string& word) {
    const auto by = parse_aligned_by(word);
    require(by.has_value(), "'aligned_by' is '" + printable(word) + "'");
    return *by;
}

// One grid is made of one kind: another one's frames would not have been levelled alike.
void require_one_alignment(const LiveLedger& l) {
    const AlignedBy told = told_alignment(l);
    for (const LedgerFrame& f : l.frames)
        require(f.aligned_by == told || f.aligned_by == AlignedBy::not_recorded,
                "'aligned_by' is stars of some frames and scene of others");
}

LedgerFrame parsed_frame(const Json& j) {
    LedgerFrame f;
    f.sequence = whole_of(j, "sequence", kMostWhole);
    f.file = text_of(j, "file");
    f.sha256 = text_of(j, "sha256");
    f.bytes = whole_of(j, "bytes", kMostWhole);
    f.judgement = parsed_judgement(j);
    for (const auto& [key, field] : kFigures) f.figures.*field = number_or_none(j, key);
    const bool stacked = f.judgement.verdict == Verdict::stacked;
    f.retracted = flag_of(j, "retracted");
    require(!f.retracted || f.judgement.verdict == Verdict::rejected, "a frame is 'retracted' and not rejected");
    require((stacked || f.retracted) == j.contains("block"), "exactly the stacked frames have a 'block'");
    if (j.contains("block")) {
        f.block = static_cast<std::size_t>(whole_of(j, "block", kMostLedgerFrames));
        f.weight = numbers_of<3>(j, "weight");
        f.scale = numbers_of<3>(j, "scale");
        f.offset = numbers_of<3>(j, "offset");
    }
    if (j.contains("ref_from_frame")) f.ref_from_frame = Transform(numbers_of<9>(j, "ref_from_frame"));
    if (j.contains("aligned_by")) f.aligned_by = parsed_alignment(text_of(j, "aligned_by"));
    if (f.block && j.contains("recipe")) f.recipe = parsed_recipe(j["recipe"], f.ref_from_frame);
    f.info = parsed_info(member(j, "info"));
    return f;
}

StreamFormat parsed_format(const Json& j) {
    constexpr std::uint64_t kMostSide = 65536;
    StreamFormat format;
    format.width = static_cast<int>(whole_of(j, "width", kMostSide));
    format.height = static_cast<int>(whole_of(j, "height", kMostSide));
    const std::string kind = text_of(j, "kind");
    const auto* const found = std::find(std::begin(kKinds), std::end(kKinds), kind);
    require(found != std::end(kKinds), "'kind' is '" + printable(kind) + "'");
    format.kind = static_cast<PixelKind>(found - std::begin(kKinds));
    if (!member(j, "pattern").is_null()) format.cfa = parse_cfa_pattern(text_of(j, "pattern"));
    require((format.kind == PixelKind::cfa) == format.cfa.has_value(), "'pattern' does not fit 'kind'");
    return format;
}

Rect parsed_canvas(const Json& j) {
    constexpr double kFarthest = 65536;
    const auto numbers = numbers_of<4>(j, "canvas");
    for (const double n : numbers)
        require(std::abs(n) <= kFarthest && n == std::floor(n), "'canvas' is larger than any can be");
    const auto whole = [&](std::size_t i) { return static_cast<int>(numbers[i]); };
    return {whole(0), whole(1), whole(2), whole(3)};
}

constexpr std::size_t kMostMembers = 64, kMostValues = 20'000'000;

Json parsed_json(std::string_view text) {
    // Counted while it is parsed: members are looked for one by one, and every value costs memory.
    std::array<std::size_t, kMostDepth + 2> members{};
    std::size_t values = 0;
    const auto sober = [&](int depth, Json::parse_event_t event, Json&) {
        require(depth >= 0 && depth <= kMostDepth, "it is nested too deeply");
        require(++values <= kMostValues, "it has too many parts");
        const auto d = static_cast<std::size_t>(depth);
        if (event == Json::parse_event_t::object_start) members[d + 1] = 0;
        if (event == Json::parse_event_t::key) require(++members[d] <= kMostMembers, "an object has too many members");
        return true;
    };
    Json j = Json::parse(text, sober, /*allow_exceptions=*/false);
    require(!j.is_discarded(), "it is no JSON");
    return j;
}

}  // namespace

std::string about_json(const LiveLedger& l) {
    if (l.frames.size() > kMostLedgerFrames)
        throw OptionError("a live stack of " + std::to_string(l.frames.size()) + " frames, rejected ones among them; " +
                          std::to_string(kMostLedgerFrames) + " is the most that a file keeps");
    Json j = {{"format", kFormat},
              {"program", kProgram},
              {"reference", {{"file", shortened(l.reference.file)}, {"sha256", l.reference.sha256}}},
              {"target", shortened(target_of(l))},
              {"camera", shortened(l.camera)},
              {"frame", format_json(l.format)},
              {"demosaic", l.demosaic},
              {"canvas_scale", l.canvas_scale},
              {"canvas", {l.canvas.x, l.canvas.y, l.canvas.width, l.canvas.height}},
              {"transform", name(l.model)},
              {"white_adu", l.white_adu},
              {"calibration", l.calibration},
              {"history", short_list(l.history)}};
    put_making(j, l);
    Json frames = Json::array();
    for (const LedgerFrame& frame : l.frames) frames.push_back(frame_json(frame));
    j["frames"] = std::move(frames);
    std::string text = j.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > kMostAboutBytes)
        throw OptionError("a live stack whose frames take " + std::to_string(text.size() >> 20) + " MB to tell of; " +
                          std::to_string(kMostAboutBytes >> 20) + " MB is the most that a file keeps");
    return text;
}

LiveLedger parsed_about(std::string_view json) {
    const Json j = parsed_json(json);
    require(text_of(j, "format") == kFormat, "'format' is not '" + std::string(kFormat) + "'");
    LiveLedger l;
    l.reference.file = text_of(member(j, "reference"), "file");
    l.reference.sha256 = text_of(member(j, "reference"), "sha256");
    l.camera = text_of(j, "camera");
    l.format = parsed_format(member(j, "frame"));
    l.demosaic = text_of(j, "demosaic");
    l.canvas_scale = number_of(member(j, "canvas_scale"), "canvas_scale");
    require(l.canvas_scale > 0 && l.canvas_scale <= 16, "'canvas_scale' is " + std::to_string(l.canvas_scale));
    l.canvas = parsed_canvas(j);
    l.model = named<TransformModel>(text_of(j, "transform"), kModels, "transform");
    l.white_adu = number_of(member(j, "white_adu"), "white_adu");
    l.calibration = text_of(j, "calibration");
    const Json& history = member(j, "history");
    require(history.is_array() && history.size() <= kMostHistory, "'history' is no short list");
    for (const Json& line : history) {
        require(line.is_string() && line.get_ref<const std::string&>().size() <= kMostLedgerText,
                "a line of 'history' is no text, or too long");
        l.history.push_back(line.get<std::string>());
    }
    parse_making(j, l);
    const Json& frames = member(j, "frames");
    require(frames.is_array() && frames.size() <= kMostLedgerFrames, "'frames' is no list, or too long");
    for (const Json& frame : frames) l.frames.push_back(parsed_frame(frame));
    require_one_alignment(l);
    return l;
}

}  // namespace nightstack::tools
