// SPDX-License-Identifier: MIT
#include "tools/live/about_frames-inl.h"

#include <algorithm>
#include <cmath>

#include "io/fits/fits_time.h"
#include "pipeline/core/printable.h"
#include "pipeline/stages/live/live_sample.h"
#include "tools/live/about_making-inl.h"
#include "tools/live/json_fields-inl.h"

namespace nightstack::tools {
namespace {

// ---- to JSON ----

// What the reader would not take is not written: a header may say anything.
constexpr double kMostExposure_s = 1e6;
constexpr int kMostBinning = 64;
constexpr std::size_t kMostLimits = 32;

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

bool is_exposure(double s) { return s >= 0 && s <= kMostExposure_s; }

Json info_json(const FrameInfo& info) {
    Json j = Json::object();
    if (info.start_utc) {
        const std::string start = io::fits_time_text(*info.start_utc);
        if (io::parse_fits_time(start)) j["start"] = start;
    }
    if (info.exposure && is_exposure(info.exposure->count())) j["exposure_s"] = info.exposure->count();
    if (info.binning && *info.binning >= 0 && *info.binning <= kMostBinning) j["binning"] = *info.binning;
    for (const auto& [key, field] : kInfoTexts) put(j, key, info.*field);
    for (const auto& [key, field] : kInfoNumbers) put(j, key, info.*field);
    return j;
}

// ---- from JSON ----

constexpr int kVerdicts = static_cast<int>(Verdict::failed) + 1;
constexpr int kReasons = static_cast<int>(Reason::device_failed) + 1;
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
        require(is_exposure(*exposure), "'exposure_s' is " + std::to_string(*exposure));
        info.exposure = Seconds(*exposure);
    }
    if (j.contains("binning")) info.binning = static_cast<int>(whole_of(j, "binning", kMostBinning));
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
    require(limits.is_object() && limits.size() <= kMostLimits, "'limits' is no small object");
    for (const auto& item : limits.items()) {
        const auto pair = numbers_of<2>(limits, item.key().c_str());
        judgement.limits[printable(item.key())] = {pair[0], pair[1]};
    }
    return judgement;
}

// As samples carry them (live_sample.h), and 0 for planes that the stack has not.
std::array<double, 3> parsed_weights(const Json& j) {
    const auto weights = numbers_of<3>(j, "weight");
    for (const double w : weights) {
        const double eighths = w * kLiveWeightOne;
        require(eighths >= 0 && eighths <= kMostLiveWeight && eighths == std::floor(eighths),
                "'weight' is none that a frame has");
    }
    return weights;
}

AlignedBy parsed_alignment(const std::string& word) {
    const auto by = parse_aligned_by(word);
    require(by.has_value(), "'aligned_by' is '" + printable(word) + "'");
    return *by;
}

}  // namespace

Json frame_json(const LedgerFrame& f) {
    Json j = {{"sequence", f.sequence},
              {"file", shortened(f.file)},
              {"sha256", f.sha256},
              {"bytes", f.bytes},
              {"verdict", name(f.judgement.verdict)},
              {"reason", name(f.judgement.reason)}};
    put(j, "text", f.judgement.text);
    Json limits = Json::object();
    for (const auto& [figure, limit] : f.judgement.limits) {
        if (std::isfinite(limit.value) && std::isfinite(limit.limit) && limits.size() < kMostLimits)
            limits[figure] = {limit.value, limit.limit};
    }
    if (!limits.empty()) j["limits"] = limits;
    for (const auto& [key, field] : kFigures) put(j, key, f.figures.*field);
    if (f.figures.refused != Reason::none) j["refused"] = name(f.figures.refused);
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

LedgerFrame parsed_frame(const Json& j) {
    LedgerFrame f;
    f.sequence = whole_of(j, "sequence", kMostWhole);
    f.file = text_of(j, "file");
    f.sha256 = text_of(j, "sha256");
    f.bytes = whole_of(j, "bytes", kMostWhole);
    f.judgement = parsed_judgement(j);
    for (const auto& [key, field] : kFigures) f.figures.*field = number_or_none(j, key);
    if (j.contains("refused")) f.figures.refused = named<Reason>(text_of(j, "refused"), kReasons, "refused");
    const bool stacked = is_stacked(f);
    f.retracted = flag_of(j, "retracted");
    require(!f.retracted || f.judgement.verdict == Verdict::rejected, "a frame is 'retracted' and not rejected");
    require((stacked || f.retracted) == j.contains("block"), "exactly the stacked frames have a 'block'");
    if (j.contains("block")) {
        f.block = static_cast<std::size_t>(whole_of(j, "block", kMostLedgerFrames));
        f.weight = parsed_weights(j);
        f.scale = floats_of<3>(j, "scale");
        f.offset = floats_of<3>(j, "offset");
    }
    if (j.contains("ref_from_frame")) f.ref_from_frame = Transform(numbers_of<9>(j, "ref_from_frame"));
    if (j.contains("aligned_by")) f.aligned_by = parsed_alignment(text_of(j, "aligned_by"));
    if (f.block && j.contains("recipe")) f.recipe = parsed_recipe(j["recipe"], f.ref_from_frame);
    f.info = parsed_info(member(j, "info"));
    return f;
}

}  // namespace nightstack::tools
