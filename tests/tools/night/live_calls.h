// SPDX-License-Identifier: MIT
// `nightstack live` in a test's world, and the stack that the same frames give at once.
#pragma once

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {

inline const Words kNightWords{"--demosaic", "superpixel", "--threads", "2"};

inline Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

// The one file of this kind among a night's results; "" when there is none, a failure when there are several.
inline std::filesystem::path result_of(const std::filesystem::path& session, const std::string& ending) {
    if (!std::filesystem::is_directory(session / "results")) return {};
    const auto files = files_ending(session / "results", ending);
    EXPECT_LE(files.size(), 1U);
    return files.empty() ? std::filesystem::path() : files.front();
}

// The frames in `folder` through `stack --method stream`: SHA-256 of the picture and of the state.
struct StackedAtOnce {
    std::string fits, state;
    int code = 0;
};
inline StackedAtOnce stacked_at_once(const World& world, const std::filesystem::path& folder, const Words& more = {}) {
    const Words words = with(
        with({folder.string(), "--method", "stream", "--force", "--state", (world / "once.nst").string()}, kNightWords),
        more);
    const Finished done = world.stack(words);
    EXPECT_TRUE(done.code == 0 || done.code == 4) << done.err;
    return {sha256_of(world.result()), sha256_of(world / "once.nst"), done.code};
}

// Runs a shell script that mounts what it likes; what it prints goes to `out`. kNoMounts where nobody may mount (the
// script says 77, or has not begun).
inline constexpr int kNoMounts = 77;
inline int in_own_mounts(const std::filesystem::path& script, const std::filesystem::path& out) {
    if (std::system("unshare -m true 2>/dev/null") != 0) return kNoMounts;
    const int status =
        std::system(("unshare -m sh '" + script.string() + "' > '" + out.string() + "' 2>/dev/null").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// A call on a disk of its own, `mib` large, with room for `left` bytes alone until the program has said that it is
// full. What it prints last is the SHA-256 of the picture of `disk`/night; its own words go to `err`.
inline void write_full_disk_script(const std::filesystem::path& script, const Words& words,
                                   const std::filesystem::path& disk, const std::filesystem::path& err, int mib,
                                   const std::string& left) {
    const auto quoted = [](const std::string& word) { return "'" + word + "'"; };
    const std::string much = quoted((disk / "much").string());
    std::string call = quoted(program_path());
    for (const std::string& word : words) call += " " + quoted(word);
    write_bytes(script, "mount -t tmpfs -o size=" + std::to_string(mib) + "m tmpfs " + quoted(disk.string()) +
                            " 2>/dev/null || exit " + std::to_string(kNoMounts) + "\n" + "dd if=/dev/zero of=" + much +
                            " bs=4k 2>/dev/null\n" + "truncate -s -" + left + " " + much + "\n" + call + " 2>" +
                            quoted(err.string()) + " &\n" + "for i in $(seq 300); do grep -q 'disk is full' " +
                            quoted(err.string()) + " && break; sleep 0.1; done\n" + "rm " + much +
                            "\nwait $!\ncode=$?\n" + "sha256sum " + quoted(disk.string()) +
                            "/night/results/*.fits | cut -c 1-64\nexit $code\n");
}

// Until the program, with --verbose, has told so many frames as stacked; ten seconds at most.
inline void wait_for_stacked(const std::filesystem::path& err, std::size_t frames) {
    for (int i = 0; i < 2000 && count_lines(read_bytes(err), " stacked") < frames; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

inline Words live_words(const char* source, const std::filesystem::path& folder, const std::filesystem::path& session,
                        const Words& more = {}) {
    return with(with({"live", source, folder.string(), "--session", session.string()}, kNightWords), more);
}

// Ten lights with darks, flats and biases, in folders of their own.
inline SmallNightOptions calibrated_night() {
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.frames = 10;
    o.darks = o.flats = o.biases = 3;
    return o;
}

}  // namespace nightstack::test
