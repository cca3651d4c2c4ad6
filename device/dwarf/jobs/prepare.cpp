// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/prepare.h"

#include <functional>
#include <vector>

#include "device/dwarf/protocol/http_calls.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {
namespace {

constexpr int kMostRounds = 5;
constexpr int kCamOpened = -1;
constexpr int kCamClosing = -44;

struct CameraStep {
    const char* words;
    Message request;
    Milliseconds pause;  // before it
};

std::vector<CameraStep> camera_steps(const Preparation& plan) {
    constexpr Lens kTele = Lens::tele;
    return {
        {"opening the camera", request::open_camera(kTele, plan.binning), Milliseconds{1000}},
        {"gain by hand", request::gain_mode(kTele, GainMode::manual), kIspSpacing},
        {"exposure by hand", request::exposure_mode(kTele, ExposureMode::manual), kIspSpacing},
        {"setting the gain", request::gain(kTele, plan.gain), kIspSpacing},
        {"setting the exposure", request::exposure(kTele, plan.exposure), kValueSpacing},
        {"setting the infrared filter", request::ir_filter(plan.ir), kValueSpacing},
    };
}

// The HTTP side has no connection to lose: each try is a new one.
std::optional<Outcome> tell(Driver& driver, const std::function<std::string()>& target, const std::string& doing) {
    const Moment end = driver.now() + kReturnTime;
    while (!driver.stop_asked()) {
        const auto body = driver.link().get(HttpPort::control, target(), kAnswerTime);
        const auto result = body ? result_code(*body) : std::nullopt;
        if (result == 0) return {};
        if (result) return failed(doing + ": the scope refused it (result " + std::to_string(*result) + ")");
        if (driver.now() >= end)
            return failed(doing + ": the scope does not answer on its HTTP port 8092. Is it on, and in this network?");
        driver.rest(Milliseconds{1000});
    }
    return stopped(doing + ": stopped before it was done");
}

std::optional<Outcome> set_clock(Driver& driver, const Preparation& plan) {
    const Moment begun = driver.now();
    if (const auto reason = doubt(plan.clock)) {
        const std::string question = *reason + ". A wrong time sends every goto astray. Use it all the same?";
        if (!plan.ask || !plan.ask(question))
            return failed(*reason + "; the scope's clock was left alone. Set this computer's clock and try again");
    }
    driver.step("setting the scope's clock and time zone");
    // The question and the tries take time: what is sent is the time of sending.
    const auto date = [&] { return date_target(plan.clock.now + (driver.now() - begun)); };
    if (auto no = tell(driver, date, "setting the scope's clock")) return no;
    return tell(
        driver, [&] { return timezone_target(plan.zone); }, "setting the scope's time zone");
}

// Done, an outcome that ends the job, or nothing: the connection went and all begins again.
std::optional<Outcome> open_and_set(Driver& driver, const Preparation& plan) {
    const int losses = driver.losses();
    for (const CameraStep& step : camera_steps(plan)) {
        if (!driver.rest(step.pause)) return stopped("stopped before " + std::string(step.words));
        driver.step(step.words);
        const Sent sent = driver.insist(step.request);
        if (driver.stop_asked()) return stopped("stopped after " + std::string(step.words));
        if (driver.losses() != losses) return {};
        const std::int64_t code = sent.code();
        if (sent.answered() && code == kCamClosing) return {};
        if (sent.answered() && code == kCamOpened)
            driver.notice("the camera was open already; its binning stays as it is");
        else if (!sent.answered() || code != 0)
            return trouble(sent, step.words);
    }
    return done("camera open, gain " + std::to_string(plan.gain) + " and exposure set; ready to calibrate");
}

}  // namespace

Outcome prepare(Driver& driver, const Preparation& plan) {
    (void)timezone_target(plan.zone);  // refused before anything is sent
    if (auto no = set_clock(driver, plan)) return *no;
    for (int round = 0; round < kMostRounds; ++round) {
        if (round > 0) driver.notice("the connection or the camera went away; the camera's steps begin again");
        if (const auto end = open_and_set(driver, plan)) return *end;
        if (!driver.rest(Milliseconds{2000})) return stopped("stopped while the camera's steps were begun again");
    }
    return failed("the connection broke at every one of " + std::to_string(kMostRounds) +
                  " tries; go nearer to the scope or use a better Wi-Fi");
}

}  // namespace nightstack::device::dwarf::jobs
