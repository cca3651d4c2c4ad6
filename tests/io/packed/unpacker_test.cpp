// SPDX-License-Identifier: MIT
// Helpers that crash, hang, lie and talk: each costs one exception and nothing else.
#include "io/packed/unpacker.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "io/fits/fits_error.h"
#include "io/packed/unpacker_check.h"
#include "pipeline/core/error.h"
#include "tests/io/packed/made_fz.h"
#include "tests/support/own_memory.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

struct Outcome {
    std::string error;
    std::size_t bytes = 0;
};

Outcome run_script(const std::string& script, io::UnpackLimits limits = {1000, 5, 512u << 20, 20s}) {
    const TempFolder temp;
    const auto helper = temp / "helper";
    std::ofstream(helper) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(helper, std::filesystem::perms::owner_all);
    const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    Outcome out;
    try {
        io::run_unpacker(
            helper, {"gzip"}, null, limits, [&](auto bytes) { out.bytes += bytes.size(); }, "x.fits");
    } catch (const io::FitsError& e) {
        EXPECT_EQ(e.fault(), io::FitsFault::damaged);
        out.error = e.what();
    }
    ::close(null);
    return out;
}

TEST(Unpacker, PassesBytesOn) {
    const Outcome done = run_script("printf 0123456789");
    EXPECT_EQ(done.error, "");
    EXPECT_EQ(done.bytes, 10u);
}

TEST(Unpacker, ACrashIsToldByItsName) {
    EXPECT_THAT(run_script("printf 123; kill -SEGV $$").error, HasSubstr("x.fits: unpacking crashed: Segmentation"));
}

TEST(Unpacker, ItsWordsAreTheReasonFitForATerminal) {
    EXPECT_THAT(run_script("printf 'bad \\033[2J tile\\nmore' >&2; exit 1").error,
                testing::EndsWith("x.fits: bad \\x1B[2J tile"));
}

TEST(Unpacker, AHangEndsWithTheClock) {
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THAT(run_script("exec sleep 100", {1000, 5, 512u << 20, 300ms}).error, HasSubstr("did not end within"));
    // ... also when it has closed its output and only pretends to be done
    EXPECT_THAT(run_script("exec sleep 100 >&-", {1000, 5, 512u << 20, 300ms}).error, HasSubstr("did not end within"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST(Unpacker, AStopIsHeededWhileTheHelperIsSilent) {
    std::stop_source source;
    std::jthread later([&] {
        std::this_thread::sleep_for(200ms);
        source.request_stop();
    });
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THROW(run_script("exec sleep 100", {1000, 5, 512u << 20, 30s, source.get_token()}), Interrupted);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST(Unpacker, EndlessOutputIsCutOff) {
    const Outcome done = run_script("exec yes");
    EXPECT_THAT(done.error, HasSubstr("unpacks to more than the 1000 bytes"));
    EXPECT_LE(done.bytes, 1000u);
}

TEST(Unpacker, InheritsNothing) {
    setenv("NIGHTSTACK_SECRET", "1", 1);
    EXPECT_EQ(run_script("[ -z \"$NIGHTSTACK_SECRET\" ] || exit 3").error, "");
    const int open_to_children = ::dup(0);
    // 0 1 2, the script, and the folder being listed
    EXPECT_EQ(run_script("n=0; for f in /proc/$$/fd/*; do n=$((n+1)); done; [ $n -le 5 ] || exit $n").error, "");
    ::close(open_to_children);
}

TEST(Unpacker, ACheckTellsWhetherItWorks) {
    EXPECT_EQ(io::unpacker_trouble(PackedWorld::helper()), "");
    const TempFolder temp;
    const auto helper = temp / "helper";
    EXPECT_THAT(io::unpacker_trouble(helper), HasSubstr("helper: No such file"));
    const std::pair<const char*, const char*> cases[] = {{"#!/bin/sh\nexit 127\n", "ended with 127"},
                                                         {"#!/bin/sh\nprintf nightmares\n", "did not unpack"},
                                                         {"#!/no/such/shell\n", "cannot start"}};
    for (const auto& [script, words] : cases) {
        std::ofstream(helper) << script;
        std::filesystem::permissions(helper, std::filesystem::perms::owner_all);
        EXPECT_THAT(io::unpacker_trouble(helper), HasSubstr(words)) << script;
    }
}

// The real helper on input that costs more than it may have.
TEST(Unpacker, TheHelperLimitsItself) {
    PackedWorld world;
    const std::string zeros = gzipped(std::string(std::size_t{16} << 20, '\0'));
    std::string much;  // 4 GB, more than a second whatever the machine
    for (int i = 0; i < 256; ++i) much += zeros;
    save_bytes(world.temp / "zeros.gz", much);
    const int input = ::open((world.temp / "zeros.gz").c_str(), O_RDONLY | O_CLOEXEC);
    std::string error;
    try {
        io::run_unpacker(
            PackedWorld::helper(), {"gzip"}, input, {std::uint64_t{1} << 40, 0, 512u << 20, 60s}, [](auto) {}, "z.gz");
    } catch (const io::FitsError& e) {
        error = e.what();
    }
    EXPECT_THAT(error, HasSubstr("more than 0 s of processor time"));
    if (sanitized()) {  // no limit on its memory
        ::close(input);
        return;
    }
    error.clear();
    try {
        io::run_unpacker(
            PackedWorld::helper(), {"tiles", "16000", "16000", "1", "-64", "16000", "exact"}, input,
            {std::uint64_t{1} << 40, 5, 256u << 20, 60s}, [](auto) {}, "m.fz");
    } catch (const io::FitsError& e) {
        error = e.what();
    }
    EXPECT_NE(error, "");
    ::close(input);
}

}  // namespace
}  // namespace nightstack::test
