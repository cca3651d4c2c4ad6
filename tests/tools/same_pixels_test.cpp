// SPDX-License-Identifier: MIT
// The same night gives the same bytes, whatever the machine has; and memory stays below what it may take.
#include <gmock/gmock.h>

#include "tests/support/own_memory.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

std::string pixels(const World& world, Words words, const CallOptions& call = {}) {
    words.emplace_back("--force");
    const Finished done = world.stack(std::move(words), call);
    EXPECT_EQ(done.code, 0) << done.err;
    return sha256_of(world.result());
}

SmallNightOptions turning() {
    SmallNightOptions o;
    o.frames = 6;
    o.rotation_deg = 20;
    return o;
}

TEST(SamePixels, AnyNumberOfThreads) {
    const World world;
    const std::string night = write_small_night(world.path(), turning()).session.string();
    const std::string one = pixels(world, {night, "--threads", "1"});
    EXPECT_EQ(world.report()["run"]["threads"], 1);
    EXPECT_EQ(pixels(world, {night, "--threads", "2"}), one);
    EXPECT_EQ(pixels(world, {night, "--threads", "4"}), one);
}

TEST(SamePixels, AnyInstructionLevel) {
    const World world;
    const std::string night = write_small_night(world.path(), turning()).session.string();
    const std::string best = pixels(world, {night});
    for (const char* level : {"sse2", "avx2", "avx512"}) {
        EXPECT_EQ(pixels(world, {night}, {{{"NIGHTSTACK_CPU", level}}, {}, 0}), best) << level;
        const std::string used = world.report()["run"]["cpu"];
        EXPECT_TRUE(used == level || std::string(level) != "sse2") << used;
    }
    EXPECT_EQ(world.stack({night, "--force"}, {{{"NIGHTSTACK_CPU", "mmx"}}, {}, 0}).code, 2);
}

TEST(SamePixels, AnyMemory) {
    if (!memory_is_ours()) return;
    const World world;
    SmallNightOptions o = turning();
    o.width = 960;
    o.height = 640;
    const std::string night = write_small_night(world.path(), o).session.string();
    const std::string much = pixels(world, {night, "--memory", "2G", "--threads", "2"});
    EXPECT_EQ(pixels(world, {night, "--memory", "112M", "--threads", "2"}), much);
    EXPECT_LT(world.report()["run"]["peak_mb"], 112) << "the ceiling is one";
    const Finished tiny = world.stack({night, "--memory", "20M", "--force"});
    EXPECT_EQ(tiny.code, 2) << tiny.err;
    EXPECT_EQ(count_lines(tiny.err, "--memory"), 1u) << tiny.err;
}

TEST(SamePixels, TheSameReportButForTheRun) {
    const World world;
    const std::string night = write_small_night(world.path(), turning()).session.string();
    pixels(world, {night, "--threads", "1"});
    nlohmann::json first = world.report();
    pixels(world, {night, "--threads", "4"});
    nlohmann::json second = world.report();
    first.erase("run");
    second.erase("run");
    EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace nightstack::test
