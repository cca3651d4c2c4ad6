// SPDX-License-Identifier: MIT
#include "tools/night/scope/card_mirror.h"

#include <algorithm>
#include <utility>

#include "io/fetch/capture_end.h"
#include "io/fetch/fetcher.h"
#include "io/files/file.h"
#include "io/session/name_hints.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/pause.h"

namespace nightstack::tools {

using io::FetchResult;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds kWalk{3'000};          // between looks at all of the card: new sessions, darks
constexpr milliseconds kAgain{2'000};         // before the next try when the scope is away or the disk full
constexpr milliseconds kBetweenLooks{1'500};  // a scope is idle before its last file is written
constexpr int kLooks = 4;
constexpr milliseconds kAfterwards{1'800'000};  // whoever is more patient while frames come is not once they are taken
constexpr std::uint64_t kLongestAccount = 64 * 1024;

}  // namespace

CardMirror::CardMirror(MirrorPlan plan, SessionPick& pick, Arrivals& to)
    : plan_(std::move(plan)),
      pick_(pick),
      to_(to),
      seen_(steady_clock::now()),
      changed_(steady_clock::now().time_since_epoch().count()) {}

void CardMirror::know(const std::string& name, std::uint64_t bytes) {
    told_[name] = bytes;
    lights_ = static_cast<std::int64_t>(told_.size());
    darks_here_ = met_ = true;  // the earlier run had them before its first light
}

void CardMirror::notice(const std::string& text) const { to_.notice("card: " + text); }

io::FetchOptions CardMirror::options(std::function<bool(const io::CardFile&)> wanted) const {
    io::FetchOptions options;
    options.to = plan_.to;
    options.wanted = std::move(wanted);
    options.reserve_bytes = plan_.reserve_bytes;
    options.away = plan_.away;
    options.walk = kWalk;
    return options;
}

io::FetchWatcher CardMirror::watcher(bool lights) {
    io::FetchWatcher watcher;
    watcher.plan = [this, lights](const io::FetchPlan&) {
        met_ = true;
        if (lights) pick_.looked();
    };
    if (lights) watcher.file = [this](const io::FileOutcome& outcome) { file(outcome); };
    watcher.progress = [this](std::string_view, std::uint64_t, std::uint64_t) { met_ = true; };
    watcher.notice = [this](const std::string& text) { notice(text); };
    return watcher;
}

// Nothing: the fetch came to its own end. What passes by itself is waited for.
std::optional<CardMirror::End> CardMirror::patiently(const Fetch& fetch, const std::stop_token& stop) {
    for (;;) {
        const FetchResult result = fetch();
        if (stop.stop_requested()) return End::stopped;
        using Ending = FetchResult::Ending;
        switch (result.ending) {
            case Ending::done:
            case Ending::interrupted: seen_ = steady_clock::now(); return {};
            case Ending::refused: throw DeviceError(result.why);
            case Ending::scope_lost:
                if (!met_) throw DeviceError(result.why);
                if (steady_clock::now() - seen_ >= plan_.away) {
                    notice(result.why + "; it is given up");
                    return End::given_up;
                }
                break;
            case Ending::disk_full:
                if (!std::exchange(disk_told_, true)) notice(result.why + "; waiting until there is room again");
                break;
        }
        if (!pause(kAgain, stop)) return End::stopped;
    }
}

CardMirror::End CardMirror::follow(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        for_darks_ = {};
        const std::stop_callback passed_on(stop, [this] { for_darks_.request_stop(); });
        io::FollowEnd end;
        end.never = true;
        const auto over = patiently(
            [&] {
                const auto wanted = [this](const io::CardFile& f) { return pick_.wants(f); };
                return io::Fetcher(plan_.connect, options(wanted), watcher(true), plan_.clock)
                    .follow(end, for_darks_.get_token());
            },
            stop);
        if (over) return *over;
        if (const auto no = fetch_darks(stop)) return *no;
    }
    return End::stopped;
}

// A light at a time is told, so that of two fetches none tells one of the other's again.
std::optional<CardMirror::End> CardMirror::fetch_darks(const std::stop_token& stop) {
    if (held_.empty()) return {};
    std::string why;
    const LightSettings settings = settings_of_light(held_.front().path, plan_.settings, why);
    if (!why.empty()) notice("the first light does not tell what it was taken with: " + why);
    const auto over = patiently(
        [&] {
            const auto wanted = [&](const io::CardFile& f) { return is_dark_for(f, settings); };
            const FetchResult result =
                io::Fetcher(plan_.connect, options(wanted), watcher(false), plan_.clock).once(stop);
            const std::size_t had = result.fresh + result.same + result.resumed;
            if (result.ending == FetchResult::Ending::done)
                notice(had > 0 ? std::to_string(had) + " dark frames for these lights are here"
                               : "it has no dark frames for these lights");
            return result;
        },
        stop);
    if (over) return over;
    darks_here_ = true;
    for (Arrival& arrival : held_) to_.frame(std::move(arrival));
    held_.clear();
    return {};
}

void CardMirror::file(const io::FileOutcome& outcome) {
    met_ = true;
    if (const auto other = pick_.take_other())
        notice("another session grows, " + printable(*other) + "; this night is of " +
               printable(*pick_.names().begin()) + " alone");
    const io::FileName name = io::parse_file_name(outcome.name.substr(outcome.name.rfind('/') + 1));
    if (outcome.state == io::FileState::failed) {
        if (name.kind != io::FileKind::sidecar && not_had_.insert(outcome.name).second)
            notice(printable(outcome.name) + ": " + printable(outcome.why));
        return;
    }
    if (outcome.state != io::FileState::same) changed_ = steady_clock::now().time_since_epoch().count();
    if (name.kind != io::FileKind::sidecar) {
        light(outcome, name.kind == io::FileKind::failed_frame);
        if (plan_.come) plan_.come(lights_, name.hints.temperature_c);
        return;
    }
    try {
        all_taken_ = io::says_all_is_taken(io::read_text_file(plan_.to / outcome.name, kLongestAccount));
    } catch (const Error&) {  // a hint only
        all_taken_ = false;
    }
}

void CardMirror::light(const io::FileOutcome& outcome, bool marked_failed) {
    not_had_.erase(outcome.name);
    const auto [known, fresh] = told_.try_emplace(outcome.name, outcome.bytes);
    if (!fresh) {
        const bool other = outcome.state != io::FileState::same || known->second != outcome.bytes;
        if (other) notice(printable(outcome.name) + " has changed since it was taken; what was taken counts");
        known->second = outcome.bytes;
        return;
    }
    lights_ = static_cast<std::int64_t>(told_.size());
    Arrival arrival{Arrival::Kind::frame, outcome.name, plan_.to / outcome.name, marked_failed, {}};
    if (darks_here_) return to_.frame(std::move(arrival));
    held_.push_back(std::move(arrival));
    for_darks_.request_stop();
}

CardMirror::End CardMirror::catch_up(std::int64_t expected, const std::stop_token& stop) {
    plan_.away = std::min(plan_.away, kAfterwards);
    for (int look = 0; look < kLooks && !stop.stop_requested(); ++look) {
        if (look > 0 && !pause(kBetweenLooks, stop)) break;
        const auto over = patiently(
            [&] {
                const auto wanted = [this](const io::CardFile& f) { return pick_.wants(f); };
                return io::Fetcher(plan_.connect, options(wanted), watcher(true), plan_.clock).once(stop);
            },
            stop);
        if (over) return *over;
        if (const auto no = fetch_darks(stop)) return *no;
        if (lights_ + static_cast<std::int64_t>(not_had_.size()) >= expected) break;
    }
    return End::stopped;
}

}  // namespace nightstack::tools
