// SPDX-License-Identifier: MIT
// A watched folder in which things happen at their time, and time that passes only where one waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "io/watch/folder_watch.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io::test {

// A whole FITS of 16-bit samples, none of its bytes behind the header zero but for the padding.
std::string fits_bytes(int width, int height);
void write_bytes(const std::filesystem::path& path, const std::string& bytes);
void append_bytes(const std::filesystem::path& path, const std::string& bytes);

struct Heard {
    std::chrono::milliseconds at{0};
    WatchNews news;
};

class WatchedNight {
public:
    explicit WatchedNight(WatchOptions options = {});

    const std::filesystem::path& folder() const { return options_.folder; }
    std::filesystem::path operator/(const std::string& name) const { return options_.folder / name; }
    void at(std::chrono::milliseconds time, std::function<void()> event) { events_.emplace(time, std::move(event)); }
    // What is told until then. Asking again goes on.
    std::vector<Heard> until(std::chrono::milliseconds end);
    // "added a.fits" ...; of away, back and notice the kind alone.
    std::vector<std::string> told_until(std::chrono::milliseconds end);
    FolderWatch& watch();  // made when it is asked for first

private:
    void wait(std::chrono::milliseconds time, int descriptor);
    nightstack::test::TempFolder parent_;
    WatchOptions options_;
    std::multimap<std::chrono::milliseconds, std::function<void()>> events_;
    std::chrono::milliseconds now_{0}, end_{0};
    std::stop_source stop_;
    std::unique_ptr<FolderWatch> watch_;
};

}  // namespace nightstack::io::test
