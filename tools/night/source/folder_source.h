// SPDX-License-Identifier: MIT
// Frames from folders on this machine: one that fills while we look (`live --watch`), and lights that lie there
// already, in their order (`live --replay`).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "io/session/session_scan.h"
#include "io/watch/folder_watch.h"
#include "tools/night/source/night_source.h"

namespace nightstack::tools {

// The lights of a session that was found by a scan, then those the device has marked failed: as `stack` takes them.
class ReplaySource final : public NightSource {
public:
    explicit ReplaySource(const io::Session& session);
    void know(const std::string& name, std::uint64_t bytes) override;
    std::optional<Arrival> next(const std::stop_token& stop) override;
    std::filesystem::path folder() const override { return folder_; }
    void end_night() override { ended_ = true; }
    std::optional<std::uint64_t> expected() const override;

private:
    std::filesystem::path folder_;
    std::vector<Arrival> frames_;
    std::size_t next_ = 0;
    std::atomic<bool> ended_{false};
    bool left_told_ = false;  // that frames are left out
    std::map<std::string, std::uint64_t> known_;
};

// Lights as they become complete, of the first folder that has any; frames of another folder are told and left where
// they are. Darks, flats, previews, results and thumbnails are passed over as a scan passes over them. Ends when
// nothing came for `quiet`, or by `end_capture`; lights that have not become whole by then are told as they are, so
// that whoever reads them can say so.
struct WatchPlan {
    io::WatchOptions watch;
    io::ScanOptions scan;      // its header question decides where no name tells lights from darks
    bool all_folders = false;  // frames of all folders below are one night
    std::optional<std::chrono::milliseconds> quiet;  // ends then
};

class WatchSource final : public NightSource {
public:
    explicit WatchSource(WatchPlan plan);  // throws OptionError, IoError as FolderWatch
    void know(const std::string& name, std::uint64_t bytes) override;
    std::optional<Arrival> next(const std::stop_token& stop) override;
    std::filesystem::path folder() const override { return plan_.watch.folder; }
    void end_capture() override { over_.request_stop(); }

private:
    io::WatchClock clock();
    std::optional<Arrival> wait_for_news(const std::stop_token& stop);
    std::optional<Arrival> what_is_left(const std::stop_token& stop);
    bool all_is_told(const std::stop_token& stop);
    std::optional<Arrival> told(const io::WatchNews& news);
    bool picture_counts(const std::filesystem::path& folder) const;
    std::optional<Arrival> other_folder(const std::filesystem::path& folder);

    WatchPlan plan_;
    io::FolderWatch watch_;
    io::WatchClock::Time quiet_at_ = io::WatchClock::Time::max();
    std::stop_source over_;                          // the night is
    std::stop_source ended_;                         // of the wait under way
    std::optional<io::WatchClock::Time> patience_;   // at the end, with files that are being written
    std::optional<std::deque<std::string>> halves_;  // at the end, the lights that have not become whole
    std::optional<std::filesystem::path> session_;   // whose frames are taken, below the watched folder
    std::set<std::filesystem::path> other_folders_;  // that have had their notice
    bool frames_seen_ = false;                       // FITS or TIFF
};

}  // namespace nightstack::tools
