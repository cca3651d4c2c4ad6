// SPDX-License-Identifier: MIT
#include "device/sim/twin/panorama.h"

#include <bit>
#include <optional>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/exposures.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

constexpr SimTime kTile{3000};
constexpr int kMostRows = 30;
constexpr int kMostColumns = 60;

int reply_code(const Body& body) {
    if (body.panorama.running) return -8;
    if (const int code = capture_blocked(body)) return code;
    if (body.astro.state == Astro::State::tracking) return -30;
    if (body.tracker.state == Tracker::State::tracking) return -15;
    if (body.motors.spin.running() || body.motors.pitch.running()) return -5;
    return body.motors.angle_known ? 0 : -48;
}

std::optional<double> step_deg(const Call& call, std::string_view pulse, std::string_view micro,
                               std::string_view speed) {
    const auto p = call.request.integer(pulse), m = call.request.integer(micro), s = call.request.integer(speed);
    if (!p || !m || *p < 2 || *p > 10'000'000 || *m < 1 || *m > 256) return {};
    if (!std::has_single_bit(static_cast<unsigned>(*m))) return {};
    if (s && (*s < 0 || *s > 1000 * *m)) return {};
    return static_cast<double>(*p) * kDegreesPerStep / static_cast<double>(*m);
}

// The grid lies around the present direction; 0 when all of it can be reached.
int range_code(const Body& body, double width, double height) {
    const Motor& spin = body.motors.spin;
    const Motor& pitch = body.motors.pitch;
    if (width > spin.high - spin.low) return -49;
    if (height > pitch.high - pitch.low) return -50;
    if (spin.position(body.now) + width / 2 > spin.high) return -51;
    if (spin.position(body.now) - width / 2 < spin.low) return -52;
    if (pitch.position(body.now) + height / 2 > pitch.high) return -53;
    if (pitch.position(body.now) - height / 2 < pitch.low) return -54;
    return 0;
}

struct Place {
    int row = 0, column = 0;
};

// Row by row from the top left, the way back and forth (a guess).
Place tile_place(const Panorama& p) {
    const int row = p.taken / p.columns;
    const int along = p.taken % p.columns;
    return {row, row % 2 == 0 ? along : p.columns - 1 - along};
}

void go_to_tile(Body& body) {
    const Panorama& p = body.panorama;
    const auto [row, column] = tile_place(p);
    body.motors.spin.set(p.centre_spin_deg + p.step_x_deg * (column - (p.columns - 1) / 2.0));
    body.motors.pitch.set(p.centre_pitch_deg - p.step_y_deg * (row - (p.rows - 1) / 2.0));
}

void tell_tile(Body& body) {
    const Panorama& p = body.panorama;
    Exposed tile = begin_exposure(body, Exposed::Kind::tile, 0);
    tile.session = p.name;
    tile.row = tile_place(p).row;
    tile.column = tile_place(p).column;
    tile.index = p.taken;
    tile.count = p.rows * p.columns;
    tile.last = p.taken + 1 == tile.count;
    tell_exposed(body, std::move(tile));
}

// The end is not announced (a guess): photoState in 10022 tells it.
void tile_taken(Body& body) {
    Panorama& p = body.panorama;
    p.running = {};
    tell_tile(body);
    if (++p.taken < p.rows * p.columns) {
        go_to_tile(body);
        p.running = body.schedule.add(body.now + kTile, tile_taken);
        return;
    }
    ++p.finished;
    end_panorama(body);
}

void start_panorama(Body& body, const Call& call) {
    const auto reply = [&](int code) { answer(body, call, dwarf::Message(10103).set("code", code)); };
    if (const int code = reply_code(body)) return reply(code);
    const auto rows = call.request.integer("row").value_or(3);
    const auto columns = call.request.integer("col").value_or(3);
    const auto x = step_deg(call, "pulse1", "mStep1", "speed1");
    const auto y = step_deg(call, "pulse2", "mStep2", "speed2");
    if (!x || !y || rows < 1 || rows > kMostRows || columns < 1 || columns > kMostColumns) return reply(-7);
    const double width = *x * static_cast<double>(columns - 1);
    const double height = *y * static_cast<double>(rows - 1);
    if (const int code = range_code(body, width, height)) return reply(code);
    Panorama& p = body.panorama;
    p.rows = static_cast<int>(rows);
    p.columns = static_cast<int>(columns);
    p.taken = 0;
    p.step_x_deg = *x;
    p.step_y_deg = *y;
    p.centre_spin_deg = body.motors.spin.position(body.now);
    p.centre_pitch_deg = body.motors.pitch.position(body.now);
    p.name = safe_name(call, "imgPath", "DWARF_PANORAMA_" + compact_time(body));
    go_to_tile(body);
    p.running = body.schedule.add(body.now + kTile, tile_taken);
    reply(0);
}

void stop_panorama(Body& body, const Call& call) {
    if (body.panorama.running) end_panorama(body);
    answer(body, call, dwarf::Message(10106).set("code", 0));
}

constexpr Row kRows[] = {{10103, start_panorama}, {10106, stop_panorama}};

}  // namespace

void end_panorama(Body& body) {
    body.schedule.cancel(body.panorama.running);
    body.motors.spin.set(body.panorama.centre_spin_deg);
    body.motors.pitch.set(body.panorama.centre_pitch_deg);
}

std::span<const Row> panorama_rows() { return kRows; }

}  // namespace nightstack::device::sim
