// SPDX-License-Identifier: MIT
// A card in memory with everything that can go wrong on the way, and time that passes only where one waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/fetch/fetch.h"
#include "io/fetch/fetch_clock.h"
#include "io/remote/remote_files.h"

namespace nightstack::io::test {

// A session on the card, by its name and place.
inline const std::string kNight = "DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954";
inline const std::string kFolder = "DWARF_II/Astronomy/" + kNight + "/";

// Time that waiting moves on; what is planned happens when its time comes. Asking for the time moves it on a little, so
// that nothing loops for ever.
class TestTime {
public:
    FetchClock clock();
    void at(std::chrono::milliseconds time, std::function<void()> event);
    std::chrono::milliseconds now() const { return now_; }
    void pass(std::chrono::milliseconds time);

private:
    std::chrono::milliseconds now_{0};
    std::multimap<std::chrono::milliseconds, std::function<void()>> events_;
};

struct MemoryFile {
    std::string bytes;
    std::int64_t modified_s = 1'700'000'000;
};

// Paths to bytes; folders are what paths imply. All public: tests do with it what they like.
struct MemoryCard {
    std::map<std::string, MemoryFile> files;
    std::map<std::string, std::vector<RemoteEntry>> more;            // further entries of a folder, said by a liar
    bool gone = false;                                               // the scope: every call is `lost`
    bool removed = false;                                            // the card: every call is `missing`
    bool rough = false;                                              // listings that do not say sizes
    bool rough_times = false;                                        // listings to the minute, as nginx has them
    std::optional<std::uint64_t> lost_after;                         // bytes of this connection until it breaks, once
    std::function<void(const std::string&, std::uint64_t)> reading;  // before each piece is handed on
    std::string unlistable;                                          // the folder that is `missing` when it is listed
    std::size_t piece = 32 * 1024;
    int connections = 0, listings = 0;
    std::uint64_t sent = 0;

    RemoteConnector connector();
};

// A FITS of 16 bit samples: header and data of `seed`.
std::string fits_bytes(int width, int height, unsigned seed);
std::string noise(std::size_t bytes, unsigned seed);
// A session as a DWARF writes it, with `frames` frames.
void add_session(MemoryCard& card, const std::string& name, int frames, int width = 40, int height = 30);
std::string shots_info(int taken, int to_take);

// Every file and folder below with size and content, links as links: what a hostile server must not have changed.
std::map<std::string, std::string> everything_below(const std::filesystem::path& folder);

// Keeps what a fetch tells.
struct Told {
    std::vector<FileOutcome> files;
    std::vector<std::string> notices;
    std::optional<FetchPlan> plan;
    FetchWatcher watcher();
    const FileOutcome* find(const std::string& name) const;  // the last of that name
};

}  // namespace nightstack::io::test
