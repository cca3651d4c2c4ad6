// SPDX-License-Identifier: MIT
#include "tools/night/source/folder_source.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "io/session/file_role.h"
#include "io/session/name_hints.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

// A light may lie beside the folder that stands for the session (files that were named, joined sessions).
std::string name_below(const fs::path& folder, const fs::path& path) {
    const fs::path below = path.lexically_relative(folder);
    return below.empty() || *below.begin() == ".." ? path.string() : below.string();
}

constexpr std::size_t kMostOtherFolders = 1000;
// At the end of a night, with a file that somebody may be writing.
constexpr std::chrono::milliseconds kToBecomeWhole{3'000};

Arrival notice(std::string text) { return {Arrival::Kind::notice, {}, {}, false, std::move(text)}; }

std::uint64_t size_of(const fs::path& path) {
    std::error_code error;
    const auto bytes = fs::file_size(path, error);
    return error ? 0 : bytes;
}

}  // namespace

ReplaySource::ReplaySource(const io::Session& session) : folder_(session.folder) {
    const auto add = [&](const fs::path& path, bool failed) {
        frames_.push_back({Arrival::Kind::frame, name_below(folder_, path), path, failed, {}});
    };
    for (const fs::path& path : session.lights) add(path, false);
    for (const fs::path& path : session.device_failed) add(path, true);
}

void ReplaySource::know(const std::string& name, std::uint64_t bytes) { known_[name] = bytes; }

std::optional<Arrival> ReplaySource::next(const std::stop_token& stop) {
    if (ended_ && !std::exchange(left_told_, true) && next_ < frames_.size())
        return notice(std::to_string(frames_.size() - next_) +
                      " frames of the folder are left out: the night was ended");
    while (next_ < frames_.size() && !ended_ && !stop.stop_requested()) {
        Arrival& frame = frames_[next_++];
        const auto known = known_.find(frame.name);
        if (known == known_.end()) return std::move(frame);
        if (known->second != size_of(frame.path))
            return notice(printable(frame.name) + " has changed since it was taken; what was taken counts");
    }
    return std::nullopt;
}

std::optional<std::uint64_t> ReplaySource::expected() const { return ended_ ? 0 : frames_.size() - next_; }

WatchSource::WatchSource(WatchPlan plan) : plan_(std::move(plan)), watch_(plan_.watch, clock()) {}

// Ends the wait under way when nothing has come for long enough.
io::WatchClock WatchSource::clock() {
    const io::WatchClock real = io::real_watch_clock();
    return {real.now, [this, real](io::WatchClock::Duration time, int descriptor, const std::stop_token& stop) {
                real.wait(std::min(time, quiet_at_ - real.now()), descriptor, stop);
                if (real.now() >= quiet_at_) ended_.request_stop();
            }};
}

void WatchSource::know(const std::string& name, std::uint64_t bytes) {
    watch_.know(name, bytes);
    if (!session_) session_ = fs::path(name).parent_path();
}

std::optional<Arrival> WatchSource::next(const std::stop_token& stop) {
    if (!patience_) {
        if (auto arrival = wait_for_news(stop)) return arrival;
        if (stop.stop_requested()) return std::nullopt;
        const auto now = std::chrono::steady_clock::now();
        patience_ = now >= quiet_at_ ? now : now + kToBecomeWhole;
    }
    return what_is_left(stop);
}

std::optional<Arrival> WatchSource::wait_for_news(const std::stop_token& stop) {
    quiet_at_ = plan_.quiet ? std::chrono::steady_clock::now() + *plan_.quiet : io::WatchClock::Time::max();
    ended_ = {};
    const std::stop_callback by_stop(stop, [this] { ended_.request_stop(); });
    const std::stop_callback by_end(over_.get_token(), [this] { ended_.request_stop(); });
    while (auto news = watch_.next(ended_.get_token())) {
        if (auto arrival = told(*news)) return arrival;
    }
    return std::nullopt;
}

std::optional<Arrival> WatchSource::what_is_left(const std::stop_token& stop) {
    do {
        while (auto news = watch_.poll()) {
            if (auto arrival = told(*news)) return arrival;
        }
    } while (!all_is_told(stop));
    if (stop.stop_requested()) return std::nullopt;
    if (!halves_) {
        const std::vector<std::string> halves = watch_.is_away() ? std::vector<std::string>() : watch_.never_told();
        halves_.emplace(halves.begin(), halves.end());
    }
    while (!halves_->empty()) {
        const std::string name = std::move(halves_->front());
        halves_->pop_front();
        if (auto arrival = told({io::WatchNews::Kind::added, name, plan_.watch.folder / name, 0, 0, {}}))
            return arrival;
    }
    return std::nullopt;
}

// Or has had its time; otherwise waits a moment.
bool WatchSource::all_is_told(const std::stop_token& stop) {
    const io::WatchClock clock = io::real_watch_clock();
    if (watch_.waiting().empty() || clock.now() >= *patience_ || stop.stop_requested()) return true;
    clock.wait(std::chrono::milliseconds(50), -1, stop);
    return false;
}

std::optional<Arrival> WatchSource::told(const io::WatchNews& news) {
    using Kind = io::WatchNews::Kind;
    const bool named = news.kind == Kind::added || news.kind == Kind::changed || news.kind == Kind::unfinished;
    if (!named) return notice(news.text);
    const io::FileRole role = io::role_of_file(plan_.watch.folder, news.name, plan_.scan.header);
    if (role == io::FileRole::calibration || role == io::FileRole::passed_over) return std::nullopt;
    const fs::path folder = fs::path(news.name).parent_path();
    if (role == io::FileRole::picture && !picture_counts(folder)) return std::nullopt;
    if (news.kind == Kind::unfinished) return notice(news.text);
    if (news.kind == Kind::changed)
        return notice(printable(news.name) + " has changed since it was taken; what was taken counts");
    if (!session_) session_ = folder;
    if (!plan_.all_folders && *session_ != folder) return other_folder(folder);
    if (role == io::FileRole::light) frames_seen_ = true;
    return Arrival{Arrival::Kind::frame, news.name, news.path, role == io::FileRole::failed_light, {}};
}

// Where frames come, pictures are previews of them; a scope's own session holds no other.
bool WatchSource::picture_counts(const fs::path& folder) const {
    const fs::path named = folder.empty() ? plan_.watch.folder : folder;
    return !frames_seen_ && io::parse_folder_name(named.filename().string()).kind != io::FolderKind::session;
}

// Said once for each.
std::optional<Arrival> WatchSource::other_folder(const fs::path& folder) {
    if (other_folders_.size() >= kMostOtherFolders || !other_folders_.insert(folder).second) return std::nullopt;
    return notice("frames in " + printable(folder.string()) + " are left alone: this night is of " +
                  (session_->empty() ? "the folder itself" : printable(session_->string())) +
                  "; --combine-sessions takes all");
}

}  // namespace nightstack::tools
