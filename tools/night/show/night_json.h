// SPDX-License-Identifier: MIT
// What a live night shows, as JSON: for GET /api/..., and as lines of --json. Pure functions, any thread.
//
// Every key is always there; what is not known is null, and so is a number that is not finite. Times are UTC in ISO
// 8601 with milliseconds ("2026-01-18T21:04:26.000Z"); units stand in the names. Text that is no UTF-8 is mended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/night/show/night_state.h"
#include "tools/night/show/night_video.h"

namespace nightstack::tools {

std::string_view name(NightPhase phase);  // "waiting"
std::string iso_time(NightTime time);

// `view`: the scope's own video, where somebody looks and there is one.
std::string state_json(const NightState& state, const std::optional<NightVideo>& view = std::nullopt);
// `frames` are those behind `since`; `more`: there are further ones behind the last of them.
std::string frames_json(std::span<const NightFrame> frames, std::uint64_t since, bool more);
// Figures as arrays, an entry per frame of `frames`, which may be a thinned list of all `of` frames; the noise against
// the depth beside them.
std::string charts_json(const NightState& state, std::span<const NightFrame> frames, std::uint64_t of);

// One line each, without its end: {"event": ...}.
std::string ready_event(std::string_view url, std::string_view token, std::string_view session);  // token "": null
std::string frame_event(const NightFrame& frame);
std::string stack_event(const NightState& state);
std::string state_event(const NightState& state);  // as state_json, without the series of noise and the view
// What ended a call, and with which exit code.
std::string error_event(std::string_view text, int code);
std::string done_event(const NightState& state);

}  // namespace nightstack::tools
