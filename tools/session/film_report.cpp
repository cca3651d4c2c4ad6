// SPDX-License-Identifier: MIT
#include "tools/session/film_report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "io/files/file.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string formatted(const char* how, double value) {
    char text[64];
    std::snprintf(text, sizeof text, how, value);
    return text;
}

Json plane_array(const std::array<double, 3>& values, int planes) {
    Json list = Json::array();
    for (int p = 0; p < planes; ++p) list.push_back(values[static_cast<std::size_t>(p)]);
    return list;
}

Json group_json(const VideoGroupReport& g, int planes) {
    return {{"first", g.first},
            {"last", g.last},
            {"in_stack", g.in_stack},
            {"stacked", g.stacked},
            {"dropped", g.dropped},
            {"weight", g.weight},
            {"offset", plane_array(g.offset, planes)},
            {"residual_px", g.residual_px},
            {"ref_from_frame", g.ref_from_frame ? Json(g.ref_from_frame->row_major()) : Json(nullptr)}};
}

Json counts_json(const FilmCounts& c) {
    Json reasons = Json::object();
    for (const auto& [reason, count] : c.reasons) reasons[reason] = count;
    return {{"in", c.in},           {"stacked", c.stacked}, {"rejected", c.rejected},
            {"dropped", c.dropped}, {"failed", c.failed},   {"reasons", reasons}};
}

Json film_json(const FilmReport& r) {
    Json files = Json::array();
    for (const auto& [name, kind] : r.film.inputs) files.push_back({{"file", io::printable(name)}, {"kind", kind}});
    const auto rate = r.film.pictures_per_s;
    return {{"inputs", files},
            {"pictures_per_s", rate ? Json(*rate) : Json(nullptr)},
            {"group", r.video->group},
            {"lucky_percent", r.video->lucky_percent},
            {"parts_without_picture", r.film.dropped_parts}};
}

Json result_json(const FilmReport& r) {
    const StackSummary& s = *r.summary;
    Json out = {{"method", "stream"},
                {"aligned_by", name(s.aligned_by)},
                {"noise", plane_array(r.noise, s.planes)},
                {"low_percent", plane_array(s.low_percent, s.planes)},
                {"high_percent", plane_array(s.high_percent, s.planes)}};
    out["flagged_percent"] = s.flagged_percent ? plane_array(*s.flagged_percent, s.planes) : Json(nullptr);
    out["white"] = s.white_adu;
    out["note"] = kFilmNote;
    out["scale16"] = r.scale ? Json({{"zero_adu", r.scale->zero}, {"step_adu", r.scale->step}}) : Json(nullptr);
    return out;
}

std::string group_sentence(const FilmReport& r) {
    std::string text = "groups of " + std::to_string(r.video->group) + " pictures";
    if (r.video->lucky_percent < 100)
        text += ", of each the " + std::to_string(r.video->kept_of(r.video->group)) + " sharpest";
    return text;
}

}  // namespace

FilmCounts film_counts(const VideoCounts& c) {
    FilmCounts counts{c.in(), c.stacked, c.rejected, c.dropped, c.failed, {}};
    for (std::size_t r = 1; r < kVideoReasons; ++r) {
        if (c.reasons[r] > 0) counts.reasons.emplace_back(name(static_cast<VideoReason>(r)), c.reasons[r]);
    }
    return counts;
}

std::string film_counts_text(const FilmCounts& c) {
    std::string text = std::to_string(c.in) + " pictures: " + std::to_string(c.stacked) + " stacked, " +
                       std::to_string(c.rejected) + " rejected, " + std::to_string(c.dropped) + " dropped, " +
                       std::to_string(c.failed) + " failed";
    std::string why;
    for (const auto& [reason, count] : c.reasons)
        why += (why.empty() ? " (" : ", ") + reason + " " + std::to_string(count);
    return text + (why.empty() ? "" : why + ")");
}

std::string film_report_json(const FilmReport& r) {
    const StackSummary& s = *r.summary;
    Json j;
    j["schema"] = 1;
    j["version"] = kProgram;
    j["options"] = Json::parse(options_text(*r.settings));
    j["film"] = film_json(r);
    j["reference"] = r.run->reference() ? Json(*r.run->reference()) : Json(nullptr);
    j["canvas"] = nullptr;
    if (s.reference)
        j["canvas"] = {{"x0", s.canvas.x0},
                       {"y0", s.canvas.y0},
                       {"width", s.canvas.width},
                       {"height", s.canvas.height},
                       {"scale", s.canvas.scale}};
    j["groups"] = Json::array();
    const int planes = r.run->stack() != nullptr ? r.run->stack()->options().planes : 0;
    for (const VideoGroupReport& g : r.run->groups()) j["groups"].push_back(group_json(g, planes));
    j["result"] = s.reference ? result_json(r) : Json(nullptr);
    for (const auto& [key, json] : r.more) j[key] = Json::parse(json);
    j["counts"] = counts_json(r.counts);
    j["run"] = Json::parse(run_text(r.figures, *r.settings));
    return j.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

io::FitsCards film_cards(const FilmReport& r) {
    io::FitsCards cards;
    const StackSummary& s = *r.summary;
    cards.text("PROGRAM", kProgram);
    cards.text("IMAGETYP", "Light Frame", "stacked, see STACKCNT");
    cards.integer("STACKCNT", static_cast<std::int64_t>(s.stacked), "pictures in the stack");
    cards.integer("NCOMBINE", static_cast<std::int64_t>(s.stacked), "pictures in the stack");
    cards.integer("STACKREJ", static_cast<std::int64_t>(r.counts.in - s.stacked), "pictures left out");
    cards.text("ROWORDER", "TOP-DOWN", "first row is the top of the picture");
    if (r.scale) {
        cards.number("ADUZERO", r.scale->zero, "level = ADUZERO + ADUSTEP * stored number");
        cards.number("ADUSTEP", r.scale->step, "levels of the pictures");
        cards.number("DATAMAX", (s.white_adu - r.scale->zero) / r.scale->step, "white, as stored number");
    } else {
        cards.text("BUNIT", "adu", "levels of the 8-bit pictures, not linear");
        cards.number("DATAMAX", s.white_adu, "white of the pictures");
    }
    cards.history(kFilmNote);
    cards.history("means of " + group_sentence(r) + " stacked with rejection in Y, U, V; to RGB by BT.601, full range");
    return cards;
}

std::string film_summary(const FilmReport& r) {
    const StackSummary& s = *r.summary;
    std::string text = "  " + film_counts_text(r.counts) + "\n  " + group_sentence(r) + ": " +
                       std::to_string(r.run->stack()->frames()) + " in the stack, canvas " +
                       std::to_string(s.canvas.width) + "x" + std::to_string(s.canvas.height) + "\n  noise";
    for (int p = 0; p < s.planes; ++p) text += formatted(" %.3f", r.noise[static_cast<std::size_t>(p)]);
    text += " levels, rejected";
    for (std::size_t p = 0; p < static_cast<std::size_t>(s.planes); ++p)
        text += formatted(" %.2f", s.low_percent[p] + s.high_percent[p]);
    return text + " %" + formatted("; %.1f pictures/s", static_cast<double>(r.counts.in) / r.figures.wall_s);
}

std::string lost_parts(const FilmReport& r) {
    const std::uint64_t lost = r.film.dropped_parts;
    return "the film is damaged or was cut off: " + std::to_string(lost) +
           (lost == 1 ? " part of it was" : " parts of it were") + " not played";
}

}  // namespace nightstack::tools
