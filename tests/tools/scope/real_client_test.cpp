// SPDX-License-Identifier: MIT
// Clients of the API that are not ours, unchanged, against the twin.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/small_night.h"
#include "tests/tools/scope/twin.h"

namespace nightstack::test {
namespace {

// Runs a shell command; its output for the reader of a failure.
std::pair<int, std::string> shell(const Twin& twin, const std::string& command) {
    const std::string log = (twin.world() / "client.log").string();
    const int status = std::system(("exec timeout 90 " + command + " >'" + log + "' 2>&1").c_str());  // NOLINT
    return {status, read_bytes(log)};
}

// The library dwarfii_api over ws: see real_client/NOTICE.
TEST(RealClient, TheVendorsUsersLibraryDrivesTheTwin) {
    const Twin twin({"--speed", "30"});
    const auto [status, log] =
        shell(twin, "node '" NIGHTSTACK_SOURCE_DIR "/tests/tools/scope/real_client/drive.mjs' " + twin.url());
    EXPECT_EQ(status, 0) << log;
    for (const char* step : {"camera", "exposure", "gain", "calibration", "goto", "raw end", "stop", "close"})
        EXPECT_EQ(count_lines(log, "{\"step\":\"" + std::string(step) + "\""), 1U) << step << "\n" << log;
}

TEST(RealClient, RawTrafficOfPython) {
    const Twin twin({"--speed", "30"});
    const auto [status, log] =
        shell(twin, "/usr/bin/python3 '" NIGHTSTACK_SOURCE_DIR "/tests/tools/scope/raw_traffic.py' " + twin.url());
    EXPECT_EQ(status, 0) << log;
    EXPECT_EQ(log, "ok\n");
}

}  // namespace
}  // namespace nightstack::test
