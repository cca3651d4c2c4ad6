// SPDX-License-Identifier: MIT
// `nightstack live --scope` against the twin, over real sockets.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>
#include <set>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/night/live_calls.h"
#include "tests/tools/scope/twin.h"

namespace nightstack::test {

inline constexpr char kScopeTime[] = "2026-01-18T21:04:26Z";

class LiveScope : public testing::Test {
protected:
    std::filesystem::path session() const { return files_ / "night"; }
    Words live(const Words& more) const {
        return with({"live",
                     "--scope",
                     "127.0.0.1",
                     "--ports",
                     twin_.address().at(3),
                     "--site",
                     "48,9,300",
                     "--zone",
                     "Europe/Berlin",
                     "--time",
                     kScopeTime,
                     "--target",
                     "M 42",
                     "--exposure",
                     "4",
                     "--gain",
                     "80",
                     "--binning",
                     "2x2",
                     "--reserve",
                     "0",
                     "--session",
                     session().string()},
                    more);
    }
    // The lights in the night's folder, capture by capture.
    std::vector<std::filesystem::path> lights_here() const {
        std::vector<std::filesystem::path> lights;
        for (const std::filesystem::path& path : files_ending(session() / "frames", ".fits")) {
            if (path.string().find("DWARF_RAW_") != std::string::npos) lights.push_back(path);
        }
        return lights;
    }
    // Waits until so many are there.
    void wait_for_lights(std::size_t count) const {
        for (int i = 0; i < 3000 && lights_here().size() < count; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        EXPECT_GE(lights_here().size(), count);
    }
    // The frames as they lie in the night's folder, stacked at once.
    std::string at_once() const {
        std::set<std::filesystem::path> folders;
        for (const std::filesystem::path& light : lights_here()) folders.insert(light.parent_path());
        Words more;
        for (const std::filesystem::path& folder : folders) {
            std::filesystem::remove(folder / "shotsInfo.json");  // it came when the first frame had been taken
            if (folder != *folders.begin()) more.push_back(folder.string());
        }
        if (!more.empty()) more.push_back("--combine-sessions");
        return stacked_at_once(files_, *folders.begin(), more).fits;
    }
    std::string judged(const std::filesystem::path& stack) const {
        const auto truth = files_ending(files_ / "truth", "truth.npz");
        EXPECT_EQ(truth.size(), 1U);
        if (truth.empty()) return "";
        const std::string command = std::string("/usr/bin/python3 ") + NIGHTSTACK_SOURCE_DIR +
                                    "/tests/support/judge/quality.py --quick '" + stack.string() + "' '" +
                                    truth.front().string() + "' >'" + (files_ / "judged").string() + "'";
        EXPECT_EQ(std::system(command.c_str()), 0);
        return read_bytes(files_ / "judged");
    }

    World files_;
    Twin twin_{{"--card", (files_ / "card").string(), "--truth", (files_ / "truth").string(), "--time", kScopeTime,
                "--speed", "30"}};
};

}  // namespace nightstack::test
