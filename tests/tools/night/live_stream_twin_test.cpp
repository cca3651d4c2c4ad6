// SPDX-License-Identifier: MIT
// `nightstack live --stream tele|wide` against the twin: its own streams at full rate, with their faults. They show
// test cards, which are laid by what they show.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/tools/night/live_calls.h"
#include "tests/tools/scope/twin.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class LiveTwinStream : public testing::Test {
protected:
    void SetUp() override {
        for (const char* camera : {"tele", "wide"})
            ASSERT_EQ(twin_.scope({"open", "--camera", camera}).code, 0) << camera;
    }
    Words live(const std::string& stream, const fs::path& session, const Words& more) const {
        return with({"live", "--stream", stream, "--scope", "127.0.0.1", "--ports", twin_.address().at(3), "--align",
                     "scene", "--group", "5", "--threads", "2", "--session", session.string()},
                    more);
    }
    World files_;
    Twin twin_{{"--card", "none"}};
};

// Both at once, thirty pictures a second each.
TEST_F(LiveTwinStream, EveryPictureOfTwoStreamsIsCounted) {
    const pid_t pid = files_.start(live("wide", files_ / "wide", {"--until", "frames=100"}), "wide");
    const Finished tele = files_.run(live("tele", files_ / "tele", {"--until", "frames=100"}));
    const Finished wide = files_.wait(pid, "wide");
    for (const auto& [name, done] : {std::pair<const char*, const Finished&>("tele", tele), {"wide", wide}}) {
        EXPECT_EQ(done.code, 0) << done.err;
        const nlohmann::json report = read_json(result_of(files_ / name, ".json"));
        const nlohmann::json& c = report["counts"];
        EXPECT_EQ(c["in"], 100) << c;
        EXPECT_EQ(c["in"].get<int>(), c["stacked"].get<int>() + c["rejected"].get<int>() + c["dropped"].get<int>() +
                                          c["failed"].get<int>());
        EXPECT_GT(c["stacked"], 0) << c;
        EXPECT_EQ(report["result"]["aligned_by"], "scene");
        EXPECT_FALSE(result_of(files_ / name, ".fits").empty());
    }
}

// Half pictures, pictures of another size, a stream that stalls.
TEST_F(LiveTwinStream, FaultsOfTheStreamCostTheirPicturesAlone) {
    twin_.fault({{"name", "mjpeg.truncate"}, {"probability", 0.1}});
    twin_.fault({{"name", "mjpeg.size"}, {"probability", 0.1}});
    twin_.fault({{"name", "mjpeg.no_length"}, {"probability", 0.5}});
    const fs::path session = files_ / "tele";
    const Finished done = files_.run(live("tele", session, {"--until", "frames=150"}));
    EXPECT_EQ(done.code, 4) << done.err;
    const nlohmann::json report = read_json(result_of(session, ".json"));
    const nlohmann::json& c = report["counts"];
    EXPECT_GT(c["reasons"]["no_picture"], 3) << c;
    EXPECT_GT(c["reasons"]["other_size"], 0) << c;
    EXPECT_EQ(c["in"].get<int>() - c["reasons"]["no_picture"].get<int>(), 150) << c;
    EXPECT_GT(c["stacked"], 20) << c;
}

}  // namespace
}  // namespace nightstack::test
