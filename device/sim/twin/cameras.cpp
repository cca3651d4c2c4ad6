// SPDX-License-Identifier: MIT
#include "device/sim/twin/cameras.h"

#include "device/sim/twin/activity.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

constexpr SimTime kClosing{800};

void open_camera(Body& body, const Call& call) {
    const auto id = camera_of(call);
    if (!id) return stay_silent(body, call, "no such camera");
    Camera& camera = body.cameras.of(*id);
    if (camera.closing) return answer(body, call, -44);
    if (camera.open) return answer(body, call, -1);  // its binning stays as it was
    const auto binning = call.request.integer("binning");
    camera.binning = binning && *binning == 0 ? 0 : 1;
    camera.open = true;
    answer(body, call, 0);
}

void close_camera(Body& body, const Call& call) {
    const auto id = camera_of(call);
    if (!id) return stay_silent(body, call, "no such camera");
    Camera& camera = body.cameras.of(*id);
    if (camera.closing) return answer(body, call, -44);
    if (!camera.open) return answer(body, call, -2);
    if (*id == 0) {
        if (const int code = busy_code(activity(body))) return answer(body, call, code);
        end_tracker(body, Tracker::State::uninitialised);
    } else if (body.shots.photos_left > 0 && body.shots.camera == 1) {
        return answer(body, call, busy_code(Activity::photo));
    }
    camera.closing = body.schedule.add(body.now + kClosing, [id = *id](Body& b) {
        b.cameras.of(id).open = false;
        b.cameras.of(id).closing = {};
    });
    answer(body, call, 0);
}

constexpr Row kRows[] = {{10000, open_camera}, {10017, close_camera}};

}  // namespace

std::span<const Row> camera_rows() { return kRows; }

}  // namespace nightstack::device::sim
