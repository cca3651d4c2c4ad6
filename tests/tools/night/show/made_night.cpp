// SPDX-License-Identifier: MIT
#include "tests/tools/night/show/made_night.h"

#include <cmath>

namespace nightstack::tools::test {

NightTime at_utc(int hour, int minute, int second, int milliseconds) {
    using namespace std::chrono;
    return sys_days(year(2026) / January / 18) + hours(hour) + minutes(minute) + seconds(second) +
           std::chrono::milliseconds(milliseconds);
}

NightState made_state() {
    NightState s;
    s.session = "2026-01-18-m42";
    s.target = "M 42";
    s.source = "scope 192.168.88.1";
    s.phase = NightPhase::stacking;
    s.begun = at_utc(21, 4, 26, 250);
    s.rev = 118;
    s.counts = {130, 118, 7, 2, 1, 2};
    s.reasons = {{"background", 4}, {"no_match", 1}, {"stars", 2}, {"io", 1}};
    s.livetime_s = 1770;
    s.progress.noise = {{16, 12.5}, {32, 8.9}, {64, 6.4}, {118, 4.75}};
    s.progress.fit = NoiseFit{.a = 2500,
                              .b = 1.7,
                              .a_error = 40,
                              .b_error = 0.4,
                              .covariance = -0.1,
                              .relative_error = 0.03,
                              .frames = 118,
                              .bins = 8};
    s.progress.signal_adu = 150;
    s.progress.snr = 31.5;
    s.progress.wanted = TimeToSnr{TimeToSnr::Reach::reachable, 300, 12, 182, 3120, INFINITY};
    s.progress.advice = "go on: noise still falls with every frame";
    s.progress.fwhm_px = 2.934;
    s.progress.transparency_per_hour = -0.031;
    s.progress.drift_px_per_hour = 12.04;
    s.progress.rotation_deg_per_hour = 0.25;
    s.sky = {
        true, 83.822, -5.391, 2.96, 12.5, false, 0.31, "M 42, 0.31 deg from where it was sent", {{"M 43", 700, 400}}};
    s.scope = NightScope{"192.168.88.1", true, "capturing 132 of 200", 87, 31, 12'300'000'000, 132, 200};
    s.expected = 70;
    s.left = std::chrono::seconds(1085);
    s.disk_free_bytes = 123'456'789'012;
    s.bytes_per_s = 3.42e6;
    s.written_per_hour = 2.1e9;
    s.notices = {"older", "the link was lost for 4 s", "clouds since 22:40"};
    return s;
}

NightFrame made_frame(std::uint64_t seq, const std::string& verdict, const std::string& reason) {
    NightFrame f;
    f.seq = seq;
    f.file = "m42_" + std::to_string(seq) + ".fits";
    f.verdict = verdict;
    f.reason = reason;
    if (verdict != "stacked") f.text = "1234 ADU, at most 900";
    f.exposed = at_utc(21, 5, 0);
    f.exposure_s = 15;
    if (verdict == "stacked") {
        f.stars = 240;
        f.fwhm_px = 2.9;
        f.transparency = 0.97;
        f.ref_from_frame = Transform::shift(1.5, -0.25);
        f.weight = 0.98;
    }
    return f;
}

}  // namespace nightstack::tools::test
