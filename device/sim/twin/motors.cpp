// SPDX-License-Identifier: MIT
#include "device/sim/twin/motors.h"

#include <bit>
#include <cmath>
#include <optional>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

using dwarf::Message;

constexpr int kFastest = 50'000;
constexpr SimTime kForever = std::chrono::hours(24 * 365 * 10);

struct Which {
    int id = 0;
    Motor* motor = nullptr;
};

std::optional<Which> motor_of(Body& body, const Call& call) {
    const auto id = call.request.integer("id");
    Motor* motor = id ? body.motors.of(*id) : nullptr;
    if (motor == nullptr) {
        stay_silent(body, call, "no such motor");
        return {};
    }
    return Which{static_cast<int>(*id), motor};
}

Message reply(const Call& call, int id, int code) {
    return Message(call.request.interface()).set("motorId", id).set("code", code);
}

std::optional<int> number(const Call& call, std::string_view key, int low, int high) {
    const auto value = call.request.integer(key);
    if (!value || *value < low || *value > high) return {};
    return static_cast<int>(*value);
}

std::optional<int> micro_steps_of(const Call& call) {
    const auto m = number(call, "mStep", 1, 256);
    return m && std::has_single_bit(static_cast<unsigned>(*m)) ? m : std::nullopt;
}

// Speed counts pulses a second; of `micro_steps` pulses each full step is made.
double rate_of(const Motor& motor, int id) {
    const bool plus = id == 3 ? motor.direction == 0 : motor.direction == 1;
    return (plus ? 1 : -1) * motor.unit * motor.speed / motor.micro_steps;
}

void at_limit(Body& body, int id) {
    Motor& motor = *body.motors.of(id);
    const int limit = motor.rate > 0 ? 1 : 0;
    halt(body, motor);
    motor.touched = limit;
    if (id != 3) body.motors.angle_known = true;  // the limits are what angles are counted from
    push(body, Message(10100).set("motorId", id).set("code", -22).set("limit", limit));
}

// Lets it run on from where it is: to its limit, or for `pulses`.
void run(Body& body, int id, std::optional<int> pulses) {
    Motor& motor = *body.motors.of(id);
    motor.place = motor.position(body.now);
    motor.since = body.now;
    motor.rate = rate_of(motor, id);
    motor.touched = -1;
    if (motor.speed == 0) {  // it stands, and is on its way until it is stopped
        body.schedule.cancel(motor.end);
        motor.end = body.schedule.add(body.now + kForever, [id](Body& b) { halt(b, *b.motors.of(id)); });
        return;
    }
    const double room = motor.rate > 0 ? motor.high - motor.place : motor.place - motor.low;
    const double to_limit = room / std::abs(motor.rate);
    const double to_end = pulses ? static_cast<double>(*pulses) / motor.speed : to_limit + 1;
    const auto wait = SimTime(static_cast<SimTime::rep>(std::ceil(std::min(to_limit, to_end) * 1000)));
    body.schedule.cancel(motor.end);
    const double stands = motor.place + motor.rate * to_end;
    motor.end = body.schedule.add(body.now + wait, [id, stands, hits = to_limit <= to_end](Body& b) {
        if (hits) return at_limit(b, id);
        halt(b, *b.motors.of(id));
        b.motors.of(id)->place = stands;  // to the pulse, whatever the clock's grain
    });
}

int blocked(const Body& body, const Which& which) {
    if (body.panorama.running) return -40;
    if (which.id == 3) return body.focus.running ? busy_code(activity(body)) : 0;
    switch (body.astro.state) {
        case Astro::State::idle: return 0;
        case Astro::State::calibrating: return -29;
        case Astro::State::seeking: return -28;
        case Astro::State::tracking: return -30;
        case Astro::State::stopping: return -31;
    }
    return 0;
}

void start_motor(Body& body, const Call& call) {
    const auto which = motor_of(body, call);
    if (!which) return;
    Motor& motor = *which->motor;
    if (const int code = blocked(body, *which)) return answer(body, call, reply(call, which->id, code));
    if (motor.running()) return answer(body, call, reply(call, which->id, -5));
    const auto mode = number(call, "mode", 1, 2);
    const auto micro = micro_steps_of(call);
    const auto speed = number(call, "speed", 1, kFastest);
    const int fewest = which->id == 3 ? 1 : micro.value_or(1) > 32 ? 5 : 2;
    const auto pulses = number(call, "pulse", fewest, 10'000'000);
    // A speed of exactly 1000 a full step is what a real client sends.
    if (!mode || !micro || !speed || *speed > 1000 * *micro || (*mode == 2 && !pulses))
        return answer(body, call, reply(call, which->id, -7));
    motor.continuous = *mode == 1;
    motor.micro_steps = *micro;
    motor.speed = *speed;
    motor.direction = number(call, "direction", 0, 1).value_or(motor.direction);
    answer(body, call, reply(call, which->id, 0));
    run(body, which->id, motor.continuous ? std::nullopt : pulses);
}

void stop_motor(Body& body, const Call& call) {
    const auto which = motor_of(body, call);
    if (!which) return;
    Motor& motor = *which->motor;
    const double ran_s = std::chrono::duration<double>(body.now - motor.since).count();
    const int steps = motor.running() ? static_cast<int>(std::min(ran_s * motor.speed, 1e9)) : 0;
    const int code = motor.running() ? 0 : -6;
    halt(body, motor);
    answer(body, call,
           Message(10101)
               .set("motorId", which->id)
               .set("runMode", motor.continuous ? 1 : 0)
               .set("numSteps", steps)
               .set("code", code));
}

// Answered with `id`, not `motorId`, by real scopes.
void set_speed(Body& body, const Call& call) {
    const auto which = motor_of(body, call);
    if (!which) return;
    Motor& motor = *which->motor;
    const auto speed = number(call, "speed", 0, std::min(kFastest, 1000 * motor.micro_steps));
    const int code = !motor.running() ? -6 : !speed ? -7 : 0;
    if (code == 0) {
        const double left_s = std::chrono::duration<double>(motor.end.due - body.now).count();
        if (motor.speed > 0) motor.left = std::max(1, static_cast<int>(std::min(left_s * motor.speed, 1e9)));
        motor.speed = *speed;
        run(body, which->id, motor.continuous ? std::nullopt : std::optional(motor.left));
    }
    answer(body, call, Message(10107).set("id", which->id).set("code", code));
}

void set_direction(Body& body, const Call& call) {
    const auto which = motor_of(body, call);
    if (!which) return;
    const auto direction = number(call, "direction", 0, 1);
    const int code = which->motor->running() ? -9 : direction ? 0 : -7;
    if (code == 0) which->motor->direction = *direction;
    answer(body, call,
           Message(10108).set("motorId", which->id).set("direction", which->motor->direction).set("code", code));
}

void set_micro_steps(Body& body, const Call& call) {
    const auto which = motor_of(body, call);
    if (!which) return;
    const auto micro = micro_steps_of(call);
    const int code = which->motor->running() ? -9 : micro ? 0 : -7;
    if (code == 0) which->motor->micro_steps = *micro;
    answer(body, call, reply(call, which->id, code));
}

constexpr Row kRows[] = {
    {10100, start_motor}, {10101, stop_motor}, {10107, set_speed}, {10108, set_direction}, {10109, set_micro_steps}};

}  // namespace

void halt(Body& body, Motor& motor) {
    motor.place = motor.position(body.now);
    motor.since = body.now;
    motor.rate = 0;
    body.schedule.cancel(motor.end);
}

std::span<const Row> motor_rows() { return kRows; }

}  // namespace nightstack::device::sim
