// SPDX-License-Identifier: MIT
#include "tools/night/scope/scope_source.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <stop_token>
#include <thread>
#include <utility>

#include "device/dwarf/session/scope.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/pause.h"
#include "tools/fetch/card_connector.h"
#include "tools/night/scope/card_mirror.h"
#include "tools/night/scope/scope_drive.h"
#include "tools/night/scope/scope_pulse.h"
#include "tools/scope/scope_reach.h"

namespace nightstack::tools {

using namespace device::dwarf;

namespace {

constexpr Milliseconds kDoubt{120'000};
constexpr Milliseconds kLook{500};
constexpr Milliseconds kSilentlyOver{600'000};

FetchFlags card_of(const ScopeNight& night) {
    FetchFlags card = night.card;
    card.host = night.scope.host;
    card.ports = night.scope.ports;
    card.sftp.legacy = card.sftp.legacy || night.scope.legacy_ssh;
    return card;
}

LightSettings planned(const ScopeNight& night) {
    if (!night.drive) return {};
    const TargetPlan& target = night.target;
    return {target.exposure.count(), target.gain, target.binning == Binning::none ? 1 : 2};
}

std::optional<Utc> end_of(const ScopeNight& night) {
    if (!night.drive || !night.target.end) return night.until;
    return night.until ? std::min(*night.until, *night.target.end) : night.target.end;
}

// For longer a scope that is gone is not waited for.
Milliseconds patience(const ScopeNight& night) {
    if (!night.patient || !night.until) return night.away;
    return std::max(night.away, std::chrono::ceil<Milliseconds>(*night.until - night.scope.utc()));
}

}  // namespace

// Three threads: one drives (or waits for the end of what others take), one mirrors the card, one listens to the scope.
class ScopeSource::Work {
public:
    Work(ScopeNight night, ScopeDiary diary)
        : night_(std::move(night)),
          until_(end_of(night_)),
          away_(patience(night_)),
          diary_(std::move(diary)),
          show_(night_.scope.host, night_.show),
          mirror_({connector(), night_.folder, night_.reserve_bytes, away_, planned(night_),
                   [this](std::int64_t lights, std::optional<double> celsius) { come(lights, celsius); }},
                  pick_, arrivals_) {
        (void)night_.scope.zone_or_system();
        if (night_.drive) {
            check_target(night_.target);
            (void)night_.scope.needed_site();
        }
        (void)address_of(night_.scope.place());
    }

    ~Work() {
        gone_.request_stop();
        // A stop that is under way is not cut off by leaving.
        if (night_.stop_on_leave || end_.stop_requested())
            end_.request_stop();
        else
            leave_.request_stop();
        if (main_.joinable()) main_.join();
    }

    void begin() {
        if (!main_.joinable()) main_ = std::jthread([this] { run(); });
    }

    ScopeNight night_;
    std::optional<Utc> until_;
    Milliseconds away_;
    Arrivals arrivals_;
    SessionPick pick_;
    Diary diary_;
    ScopeShow show_;
    CardMirror mirror_;
    std::stop_source end_;

private:
    io::RemoteConnector connector() {
        return card_connector(card_of(night_), [this](const std::string& text) { arrivals_.notice(text); });
    }
    void run();
    void drive();
    void follow_others();
    void mirror();
    void fail(std::exception_ptr error);
    void wait_for_doubtful();
    void come(std::int64_t lights, std::optional<double> celsius);
    bool all_here() const;

    std::stop_source leave_;
    std::stop_source over_;  // the captures are over: what is missing is fetched, then all ends
    std::stop_source gone_;  // nothing more is fetched either
    std::atomic<bool> mirror_begun_{false};
    std::jthread mirror_thread_;
    std::jthread main_;
};

// The first error counts; it is thrown once all frames that came have been taken.
void ScopeSource::Work::fail(std::exception_ptr error) {
    gone_.request_stop();
    leave_.request_stop();
    arrivals_.close(std::move(error));
}

void ScopeSource::Work::run() {
    const std::stop_callback leaving(leave_.get_token(), [this] { gone_.request_stop(); });
    try {
        if (night_.drive)
            drive();
        else
            follow_others();
    } catch (...) {
        fail(std::current_exception());
    }
    over_.request_stop();
    if (mirror_thread_.joinable()) mirror_thread_.join();
    arrivals_.close();
}

bool ScopeSource::Work::all_here() const {
    const DiaryState diary = diary_.state();
    if (diary.captures.empty() || !diary.captures.back().over || !night_.target.count) return false;
    return diary.taken() >= *night_.target.count && mirror_.lights() >= diary.taken();
}

void ScopeSource::Work::drive() {
    const DiaryState before = diary_.state();
    for (const BegunCapture& capture : before.captures) pick_.want(capture.name);
    show_.change([&](NightScope& scope) {
        scope.taken = before.taken();
        if (night_.target.count) scope.asked = *night_.target.count;
    });
    if (all_here()) return;
    jobs::ScopeState state;
    Scope scope(address_of(night_.scope.place()), ScopeOptions{});
    const DriveHands hands{scope,
                           state,
                           diary_,
                           show_,
                           night_.scope,
                           night_.target,
                           [this](const std::string& text) { arrivals_.notice(text); },
                           night_.ask,
                           end_.get_token(),
                           leave_.get_token()};
    ScopePulse pulse(scope, show_, false, [this] {
        if (until_ && night_.scope.utc() >= *until_) end_.request_stop();
        const DiaryState now = diary_.state();
        show_.takes_raw(!now.captures.empty() && !now.captures.back().over);
    });
    const std::jthread listening([&pulse](const std::stop_token& stop) { pulse.run(stop); });
    NightCaptures captures(hands, pick_, connector(), away_);
    const auto mirror_on = [this] {
        if (!mirror_begun_.exchange(true)) mirror_thread_ = std::jthread([this] { mirror(); });
    };
    const auto first = night_.patient ? ScopeDrive::First::is_waited_for : ScopeDrive::First::is_told;
    const DriveEnd end = ScopeDrive(hands, scope, captures, away_, first, mirror_on).run();
    show_.doing(end.words);
    const bool nothing = diary_.state().captures.empty() && mirror_.lights() == 0;
    if (end.kind == DriveEnd::Kind::failed && nothing) throw DeviceError(printable(end.words));
    arrivals_.notice(printable(end.words));
    if (end.kind == DriveEnd::Kind::failed) wait_for_doubtful();
    // While the last frames come the scope is still shown.
    over_.request_stop();
    if (mirror_thread_.joinable()) mirror_thread_.join();
}

// Counts that the scope pushes get lost; what is here has been taken.
void ScopeSource::Work::come(std::int64_t lights, std::optional<double> celsius) {
    show_.change([&](NightScope& scope) {
        scope.taken = std::max(scope.taken.value_or(0), lights);
        if (celsius) scope.temperature_c = static_cast<int>(std::lround(*celsius));
    });
}

// A capture of which nobody could tell what it does may well go on: its frames are followed as long as any come.
void ScopeSource::Work::wait_for_doubtful() {
    const DiaryState diary = diary_.state();
    if (diary.captures.empty() || diary.captures.back().over) return;
    const auto patience = std::chrono::duration_cast<Milliseconds>(20 * night_.target.exposure) + kDoubt;
    while (!gone_.stop_requested() && !end_.stop_requested()) {
        const auto still = std::chrono::steady_clock::now() - mirror_.changed();
        if (still >= patience || (mirror_.all_taken() && still >= night_.quiet)) return;
        pause(kLook, gone_.get_token());
    }
}

// Nothing is sent but questions, and to newer firmware not even these.
void ScopeSource::Work::follow_others() {
    const auto known = diary_.state().follows;
    if (known) pick_.want(*known);
    pick_.want_what_grows([this](const std::string& name) {
        diary_.follows(name);
        arrivals_.notice("following " + printable(name));
    });
    Scope scope(address_of(night_.scope.place()), ScopeOptions{});
    mirror_begun_ = true;
    mirror_thread_ = std::jthread([this] { mirror(); });
    ScopePulse* self = nullptr;
    const auto over = [&] {
        if (end_.stop_requested() || (until_ && night_.scope.utc() >= *until_)) return true;
        if (pick_.names().empty() || mirror_.lights() == 0) return false;
        const auto still = std::chrono::steady_clock::now() - mirror_.changed();
        if (still < night_.quiet) return false;
        // Newer firmware does not tell us what it does.
        if (scope.obstacle().kind == Obstacle::Kind::foreign && still >= kSilentlyOver) return true;
        return mirror_.all_taken() || self->idle_for().value_or(Milliseconds(0)) >= night_.quiet;
    };
    ScopePulse pulse(scope, show_, true, [&] {
        if (over()) over_.request_stop();
    });
    self = &pulse;
    std::stop_source any;
    const std::stop_callback by_over(over_.get_token(), [&] { any.request_stop(); });
    const std::stop_callback by_gone(gone_.get_token(), [&] { any.request_stop(); });
    pulse.run(any.get_token());
    if (over_.stop_requested()) show_.doing("the capture is over");
    over_.request_stop();
    mirror_thread_.join();
}

void ScopeSource::Work::mirror() {
    try {
        std::stop_source any;
        const std::stop_callback by_over(over_.get_token(), [&] { any.request_stop(); });
        const std::stop_callback by_gone(gone_.get_token(), [&] { any.request_stop(); });
        auto end = mirror_.follow(any.get_token());
        if (end == CardMirror::End::stopped && !gone_.stop_requested()) {
            const DiaryState diary = diary_.state();
            end = mirror_.catch_up(diary.taken(), gone_.get_token());
        }
        if (end == CardMirror::End::given_up) leave_.request_stop();
        if (gone_.stop_requested()) return;
        if (mirror_.not_had() > 0)
            arrivals_.notice(std::to_string(mirror_.not_had()) + " frames of the scope could not be had");
        over_.request_stop();
    } catch (...) {
        fail(std::current_exception());
    }
}

ScopeSource::ScopeSource(ScopeNight night, ScopeDiary diary)
    : work_(std::make_unique<Work>(std::move(night), std::move(diary))) {}

ScopeSource::~ScopeSource() = default;

void ScopeSource::know(const std::string& name, std::uint64_t bytes) { work_->mirror_.know(name, bytes); }

std::optional<Arrival> ScopeSource::next(const std::stop_token& stop) {
    work_->begin();
    return work_->arrivals_.next(stop);
}

std::filesystem::path ScopeSource::folder() const { return work_->night_.folder; }

std::optional<std::uint64_t> ScopeSource::expected() const {
    if (!work_->night_.drive || !work_->night_.target.count) return {};
    const std::int64_t left = *work_->night_.target.count - work_->mirror_.lights();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(left, 0));
}

void ScopeSource::end_capture() { work_->end_.request_stop(); }

NightScope ScopeSource::scope() const { return work_->show_.scope(); }

std::size_t ScopeSource::not_had() const { return work_->mirror_.not_had(); }

}  // namespace nightstack::tools
