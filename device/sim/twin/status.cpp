// SPDX-License-Identifier: MIT
#include "device/sim/twin/status.h"

#include "device/sim/twin/activity.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

using dwarf::Message;

// Of a closed camera only what does not need its driver: every field may be missing on real scopes.
void tell_tele(Body& body, const Call& call) {
    if (camera_of(call) != 0) return stay_silent(body, call, "not the tele camera");
    const Isp& isp = body.tele;
    Message reply(10215);
    reply.set("camId", 0);
    if (body.cameras.tele.open) {
        reply.set("expMode", isp.exposure_mode).set("exp", real(isp.exposure_s));
        reply.set("gainMode", isp.gain_mode).set("gain", isp.gain);
        reply.set("awbMode", isp.white_balance_mode).set("awbCT", isp.colour_temperature_k);
        reply.set("irState", isp.ir);
    }
    reply.set("quality", isp.quality);
    if (body.cameras.tele.open) {
        reply.set("brightness", isp.brightness).set("contrast", isp.contrast).set("hue", isp.hue);
        reply.set("saturation", isp.saturation).set("sharpness", isp.sharpness);
    }
    answer(body, call, reply);
}

void tell_ir(Body& body, const Call& call) { answer(body, call, Message(10216).set("value", body.tele.ir)); }

void tell_wide(Body& body, const Call& call) {
    if (call.request.find("camId") != nullptr && camera_of(call) != 1)
        return stay_silent(body, call, "not the wide camera");
    const Isp& isp = body.wide;
    Message reply(10217);
    reply.set("camId", 1);
    if (body.cameras.wide.open) {
        reply.set("expMode", isp.exposure_mode).set("exp", real(isp.exposure_s)).set("gain", isp.gain);
        reply.set("awbMode", isp.white_balance_mode).set("awbCT", isp.colour_temperature_k);
        reply.set("brightness", isp.brightness).set("contrast", isp.contrast).set("saturation", isp.saturation);
        reply.set("hue", isp.hue).set("sharpness", isp.sharpness).set("gamma", isp.gamma);
    }
    answer(body, call, reply);
}

void tell_working(Body& body, const Call& call) {
    if (camera_of(call) != 0) return stay_silent(body, call, "works for the tele camera only");
    const WorkingState state = working_state(body);
    answer(body, call,
           Message(10022)
               .set("camId", 0)
               .set("camState", state.camera)
               .set("photoState", state.photo)
               .set("recordState", state.record)
               .set("trackState", state.track)
               .set("astroState", state.astro));
}

constexpr Row kRows[] = {{10215, tell_tele}, {10216, tell_ir}, {10217, tell_wide}, {10022, tell_working}};

}  // namespace

WorkingState working_state(const Body& body) {
    WorkingState state;
    state.camera = body.cameras.tele.open ? 1 : 0;
    switch (activity(body)) {
        case Activity::photo: state.photo = body.shots.camera == 0 ? 1 : 0; break;
        case Activity::panorama: state.photo = 2; break;
        case Activity::raw: state.photo = 3; break;
        case Activity::darks: state.photo = 4; break;
        default: break;
    }
    state.record = body.shots.video ? 1 : body.shots.time_lapse ? 2 : 0;
    state.track = static_cast<int>(body.tracker.state);
    state.astro = static_cast<int>(body.astro.state);
    return state;
}

std::span<const Row> status_rows() { return kRows; }

}  // namespace nightstack::device::sim
