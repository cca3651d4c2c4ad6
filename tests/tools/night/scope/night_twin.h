// SPDX-License-Identifier: MIT
// The real twin with a sky and a card, and a night of it in this process: source, diary, what was told.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/tools/scope/twin.h"
#include "tools/night/scope/scope_source.h"

namespace nightstack::test {

class NightTwin {
public:
    NightTwin();
    const Twin& twin() const { return *twin_; }
    std::filesystem::path card() const { return files_ / "card"; }
    std::filesystem::path mirror() const { return files_ / "frames"; }

    // Camera open, calibrated, following M 42, within a second; then as many times its speed.
    void point(int speed = 60) const;
    // Frames of M 42 at 2x2.
    tools::ScopeNight night(int count, double exposure_s = 4) const;

    int captures_begun() const { return twin_->received(10011); }
    // Whole lights of the night's captures on the card, by name.
    std::map<std::string, std::string> lights_on_card() const;

private:
    World files_;
    std::unique_ptr<Twin> twin_;
};

// One run of a night; several may follow each other with the same diary and the same frames told.
class NightRun {
public:
    explicit NightRun(tools::ScopeNight night, const NightRun* before = nullptr, std::vector<std::string> kept = {});
    ~NightRun();

    // Takes what comes until `enough` (asked after each), the end, or a minute has passed; throws what the source
    // throws.
    void take(const std::function<bool()>& enough = {});
    void leave() { source_.reset(); }
    tools::ScopeSource& source() { return *source_; }

    bool ended() const { return ended_; }
    const std::vector<std::string>& frames() const { return frames_; }  // of all runs
    std::string notices() const { return notices_; }                    // of this one
    std::vector<std::string> diary() const;
    bool has_shown(const std::function<bool(const tools::NightScope&)>& what) const;
    // When `what` was first shown after the moment; nothing: never.
    std::optional<std::chrono::steady_clock::time_point> shown_at(
        const std::function<bool(const tools::NightScope&)>& what,
        std::chrono::steady_clock::time_point after = {}) const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> diary_;
    std::vector<std::pair<std::chrono::steady_clock::time_point, tools::NightScope>> shown_;
    std::vector<std::string> frames_;
    std::map<std::string, std::uint64_t> bytes_;
    std::string notices_;
    bool ended_ = false;
    std::unique_ptr<tools::ScopeSource> source_;
};

}  // namespace nightstack::test
