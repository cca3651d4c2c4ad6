// SPDX-License-Identifier: MIT
#include "tools/night/show/night_json.h"

#include <cmath>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>

#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

template <class T>
Json or_null(const std::optional<T>& value) {
    if (!value) return nullptr;
    if constexpr (std::is_same_v<T, double>)
        return number(*value);
    else
        return *value;
}

Json time_or_null(const std::optional<NightTime>& time) { return time ? Json(iso_time(*time)) : Json(nullptr); }

// A time that was never set is not the year 1970.
Json time_or_null(NightTime time) { return time == NightTime{} ? Json(nullptr) : Json(iso_time(time)); }

Json counts_json(const NightCounts& c) {
    return {{"in", c.in},           {"stacked", c.stacked}, {"rejected", c.rejected},
            {"dropped", c.dropped}, {"failed", c.failed},   {"under_way", c.under_way}};
}

Json reasons_json(const NightState& state) {
    Json reasons = Json::object();
    for (const auto& [reason, count] : state.reasons) reasons[reason] = count;
    return reasons;
}

Json fit_json(const std::optional<NoiseFit>& fit) {
    if (!fit) return nullptr;
    return {{"a", number(fit->a)},
            {"b", number(fit->b)},
            {"a_error", number(fit->a_error)},
            {"b_error", number(fit->b_error)},
            {"covariance", number(fit->covariance)},
            {"relative_error", number(fit->relative_error)},
            {"frames", number(fit->frames)},
            {"bins", fit->bins}};
}

std::string_view name(TimeToSnr::Reach reach) {
    switch (reach) {
        case TimeToSnr::Reach::reached: return "reached";
        case TimeToSnr::Reach::reachable: return "reachable";
        case TimeToSnr::Reach::uncertain: return "uncertain";
        case TimeToSnr::Reach::never: return "never";
    }
    return "?";
}

Json wanted_json(const std::optional<TimeToSnr>& wanted) {
    if (!wanted) return nullptr;
    return {{"reach", name(wanted->reach)},
            {"frames", number(wanted->frames)},
            {"frames_error", number(wanted->frames_error)},
            {"frames_more", number(wanted->frames_more)},
            {"seconds", number(wanted->seconds)},
            {"highest_snr", number(wanted->highest_snr)}};
}

Json noise_json(const NightProgress& progress) {
    Json list = Json::array();
    for (const StackNoise& point : progress.noise)
        list.push_back({{"frames", number(point.frames)}, {"noise_adu", number(point.noise)}});
    return list;
}

Json progress_json(const NightProgress& p, bool with_series) {
    Json json = Json::object();
    if (with_series) json["noise"] = noise_json(p);
    json["noise_adu"] = p.noise.empty() ? Json(nullptr) : number(p.noise.back().noise);
    json["fit"] = fit_json(p.fit);
    json["signal_adu"] = or_null(p.signal_adu);
    json["snr"] = or_null(p.snr);
    json["wanted"] = wanted_json(p.wanted);
    json["floor_reached"] = p.floor_reached;
    json["advice"] = p.advice;
    json["fwhm_px"] = or_null(p.fwhm_px);
    json["transparency_per_hour"] = or_null(p.transparency_per_hour);
    json["drift_px_per_hour"] = or_null(p.drift_px_per_hour);
    json["rotation_deg_per_hour"] = or_null(p.rotation_deg_per_hour);
    return json;
}

// Where it looks is known with a solution alone; the text also says why there is none.
Json sky_json(const NightSky& sky) {
    const auto solved = [&](double value) { return sky.solved ? number(value) : Json(nullptr); };
    Json objects = Json::array();
    for (const NightSky::Object& object : sky.objects)
        objects.push_back({{"name", object.name}, {"x", number(object.x)}, {"y", number(object.y)}});
    return {{"solved", sky.solved},
            {"ra_deg", solved(sky.ra_deg)},
            {"dec_deg", solved(sky.dec_deg)},
            {"arcsec_per_px", solved(sky.arcsec_per_px)},
            {"north_deg", solved(sky.north_deg)},
            {"mirrored", sky.solved ? Json(sky.mirrored) : Json(nullptr)},
            {"off_deg", or_null(sky.off_deg)},
            {"text", sky.text},
            {"objects", std::move(objects)}};
}

Json flip_json(const std::optional<NightFlip>& flip) {
    if (!flip) return nullptr;
    return {
        {"seq", flip->seq}, {"file", flip->file}, {"turn_deg", number(flip->turn_deg)}, {"sky", sky_json(flip->sky)}};
}

Json scope_json(const std::optional<NightScope>& scope) {
    if (!scope) return nullptr;
    return {{"host", scope->host},
            {"online", scope->online},
            {"doing", scope->doing},
            {"battery_percent", or_null(scope->battery_percent)},
            {"temperature_c", or_null(scope->temperature_c)},
            {"card_free_bytes", or_null(scope->card_free_bytes)},
            {"taken", or_null(scope->taken)},
            {"asked", or_null(scope->asked)}};
}

Json view_json(const std::optional<NightVideo>& view) {
    if (!view) return nullptr;
    return {{"stream", view->stream},
            {"pictures", view->pictures},
            {"age_s", number(std::chrono::duration<double>(view->age).count())}};
}

void put_state(Json& json, const NightState& s, bool with_series) {
    json["session"] = s.session;
    json["target"] = s.target;
    json["source"] = s.source;
    json["phase"] = tools::name(s.phase);
    json["begun"] = time_or_null(s.begun);
    json["rev"] = s.rev;
    json["counts"] = counts_json(s.counts);
    json["reasons"] = reasons_json(s);
    json["livetime_s"] = number(s.livetime_s);
    json["progress"] = progress_json(s.progress, with_series);
    json["sky"] = sky_json(s.sky);
    json["flip"] = flip_json(s.flip);
    json["scope"] = scope_json(s.scope);
    json["expected"] = or_null(s.expected);
    json["left_s"] = s.left ? Json(s.left->count()) : Json(nullptr);
    json["disk_free_bytes"] = s.disk_free_bytes;
    json["bytes_per_s"] = number(s.bytes_per_s);
    json["written_per_hour"] = number(s.written_per_hour);
    json["notices"] = s.notices;
    json["products"] = s.products;
}

Json transform_json(const std::optional<Transform>& transform) {
    if (!transform) return nullptr;
    Json list = Json::array();
    for (const double value : transform->row_major()) list.push_back(number(value));
    return list;
}

Json frame_json(const NightFrame& f) {
    return {{"seq", f.seq},
            {"file", f.file},
            {"verdict", f.verdict},
            {"reason", f.reason},
            {"text", f.text},
            {"exposed", time_or_null(f.exposed)},
            {"exposure_s", or_null(f.exposure_s)},
            {"weight", number(f.weight)},
            {"stars", or_null(f.stars)},
            {"fwhm_px", or_null(f.fwhm_px)},
            {"roundness", or_null(f.roundness)},
            {"background_adu", or_null(f.background_adu)},
            {"transparency", or_null(f.transparency)},
            {"residual_px", or_null(f.residual_px)},
            {"ref_from_frame", transform_json(f.ref_from_frame)}};
}

template <class Value>
Json column(std::span<const NightFrame> frames, Value value) {
    Json list = Json::array();
    for (const NightFrame& frame : frames) list.push_back(value(frame));
    return list;
}

}  // namespace

std::string_view name(NightPhase phase) {
    switch (phase) {
        case NightPhase::waiting: return "waiting";
        case NightPhase::stacking: return "stacking";
        case NightPhase::paused: return "paused";
        case NightPhase::finishing: return "finishing";
        case NightPhase::done: return "done";
        case NightPhase::failed: return "failed";
    }
    return "?";
}

std::string iso_time(NightTime time) {
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(time - second).count();
    const std::time_t whole = std::chrono::system_clock::to_time_t(second);
    std::tm t{};
    ::gmtime_r(&whole, &t);
    char text[96];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday,
                  t.tm_hour, t.tm_min, t.tm_sec, static_cast<int>(ms));
    return text;
}

std::string state_json(const NightState& state, const std::optional<NightVideo>& view) {
    Json json = Json::object();
    put_state(json, state, true);
    json["view"] = view_json(view);
    return text_of(json);
}

std::string frames_json(std::span<const NightFrame> frames, std::uint64_t since, bool more) {
    return text_of({{"since", since}, {"frames", column(frames, frame_json)}, {"more", more}});
}

std::string charts_json(const NightState& state, std::span<const NightFrame> frames, std::uint64_t of) {
    const auto figure = [&](auto member) {
        return column(frames, [member](const NightFrame& f) { return or_null(f.*member); });
    };
    Json columns = {{"seq", column(frames, [](const NightFrame& f) { return Json(f.seq); })},
                    {"exposed", column(frames, [](const NightFrame& f) { return time_or_null(f.exposed); })},
                    {"verdict", column(frames, [](const NightFrame& f) { return Json(f.verdict); })},
                    {"weight", column(frames, [](const NightFrame& f) { return number(f.weight); })},
                    {"exposure_s", figure(&NightFrame::exposure_s)},
                    {"stars", figure(&NightFrame::stars)},
                    {"fwhm_px", figure(&NightFrame::fwhm_px)},
                    {"roundness", figure(&NightFrame::roundness)},
                    {"background_adu", figure(&NightFrame::background_adu)},
                    {"transparency", figure(&NightFrame::transparency)},
                    {"residual_px", figure(&NightFrame::residual_px)}};
    Json depth = Json::array(), noise = Json::array();
    for (const StackNoise& point : state.progress.noise) {
        depth.push_back(number(point.frames));
        noise.push_back(number(point.noise));
    }
    return text_of({{"rev", state.rev},
                    {"noise", {{"frames", depth}, {"noise_adu", noise}, {"fit", fit_json(state.progress.fit)}}},
                    {"frames", std::move(columns)},
                    {"frames_of", of}});
}

std::string ready_event(std::string_view url, std::string_view token, std::string_view session) {
    return text_of({{"event", "ready"},
                    {"url", url},
                    {"token", token.empty() ? Json(nullptr) : Json(token)},
                    {"session", session}});
}

std::string frame_event(const NightFrame& f) {
    return text_of(
        {{"event", "frame"}, {"seq", f.seq}, {"file", f.file}, {"verdict", f.verdict}, {"reason", f.reason}});
}

std::string stack_event(const NightState& state) {
    return text_of({{"event", "stack"}, {"rev", state.rev}, {"count", state.counts.stacked}});
}

std::string state_event(const NightState& state) {
    Json json = {{"event", "state"}};
    put_state(json, state, false);
    return text_of(json);
}

std::string error_event(std::string_view text, int code) {
    return text_of({{"event", "error"}, {"error", printable(text)}, {"code", code}});
}

std::string done_event(const NightState& state) {
    return text_of({{"event", "done"}, {"products", state.products}, {"counts", counts_json(state.counts)}});
}

}  // namespace nightstack::tools
