// SPDX-License-Identifier: MIT
// A scope for the tests of jobs: the twin's brain, a virtual link, a driver, and the plans of a usual night.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "device/dwarf/jobs/calibrate.h"
#include "device/dwarf/jobs/capture_darks.h"
#include "device/dwarf/jobs/capture_raw.h"
#include "device/dwarf/jobs/go_to.h"
#include "device/dwarf/jobs/panorama.h"
#include "device/dwarf/jobs/prepare.h"
#include "device/dwarf/jobs/stop_all.h"
#include "device/dwarf/jobs/track.h"
#include "tests/support/scope/twin_peer.h"

namespace nightstack::device::dwarf::jobs {

// 2023-09-01 21:00 UTC at 9 E 48 N: M 13 stands high in the west.
inline const Utc kEvening = Utc{} + std::chrono::seconds(1693602000);
inline const Site kSite{9.0, 48.0, 300.0};
inline const Target kTarget{"M 13", Equatorial{250.42, 36.46}};

inline sim::TwinOptions usual_twin(std::uint64_t seed) {
    sim::TwinOptions options;
    options.seed = seed;
    options.site = kSite;
    options.switched_on = kEvening;
    return options;
}

struct Night {
    explicit Night(std::uint64_t seed = 1)
        : peer(usual_twin(seed)),
          link(peer),
          driver(link, state, stop.get_token(), [this](const Progress& p) { said.push_back(p); }) {}

    Utc utc() const { return kEvening + link.time(); }
    double truth(const std::string& path) const { return peer.truth(path, link.time()); }
    void fault(const std::string& json) { peer.fault(json, link.time()); }
    void stop_after(Milliseconds time) {
        stopped = link.time() + time;
        link.at(stopped, [this] { stop.request_stop(); });
    }

    Outcome prepare() {
        Preparation plan;
        plan.clock = {utc(), kEvening - std::chrono::hours(24), {}, ""};
        plan.zone = "Europe/Berlin";
        return jobs::prepare(driver, plan);
    }
    Outcome calibrate() { return jobs::calibrate(driver, {kSite, utc()}); }
    Outcome go_to() { return jobs::go_to(driver, {kTarget, kSite, utc()}); }
    RawOutcome raw(int count = 10, double exposure = 5) {
        RawPlan plan;
        plan.raw.exposure = Seconds{exposure};
        plan.raw.binning = Binning::two;
        plan.raw.count = count;
        plan.raw.target = "M 13";
        plan.utc = utc();
        return capture_raw(driver, plan);
    }
    Outcome darks(std::vector<int> gains = {80}, Binning binning = Binning::none) {
        DarkPlan plan;
        plan.darks.gains = std::move(gains);
        plan.darks.exposure = Seconds{5};
        plan.darks.binning = binning;
        plan.darks.count = 5;
        plan.utc = utc();
        return capture_darks(driver, plan);
    }
    // Up to where pictures may be taken.
    void ready() {
        const Outcome steps[] = {prepare(), calibrate(), go_to()};
        for (const Outcome& step : steps) ASSERT_EQ(step.kind, Outcome::Kind::done) << step.words << "\n" << story();
    }
    std::string story() const {
        std::string text;
        for (const Progress& p : said) text += "  " + p.words + "\n";
        return text;
    }

    test::TwinPeer peer;
    test::VirtualLink link;
    ScopeState state;
    std::stop_source stop;
    Milliseconds stopped{0};  // when that was asked
    std::vector<Progress> said;
    Driver driver;
};

}  // namespace nightstack::device::dwarf::jobs
