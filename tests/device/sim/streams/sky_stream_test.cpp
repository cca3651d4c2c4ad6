// SPDX-License-Identifier: MIT
// The twin's sky on its stream, by ffmpeg: each star stands where the truth has it.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>

#include "device/sim/card/live_view.h"
#include "device/sim/servers/twin_servers.h"
#include "device/sim/sky/twin_sky.h"
#include "tests/io/served/shell.h"
#include "tests/support/temp_folder.h"

namespace nightstack::device::sim::test {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
constexpr double kPleiades_h = 3.7833, kPleiades_deg = 24.1;
constexpr StreamSize kSize{1280, 720};

TwinOptions january() {
    TwinOptions twin;
    twin.switched_on = std::chrono::sys_days(std::chrono::year(2026) / 1 / 18) + 20h;
    return twin;
}

// What was drawn, for the test to look at.
struct Truth {
    std::mutex mutex;
    std::vector<FrameRecord> records;
};

class TrueCamera final : public PictureMaker {
public:
    TrueCamera(const TwinOptions& twin, std::shared_ptr<Truth> truth) : truth_(std::move(truth)) {
        SkyOptions options;
        options.seed = twin.seed;
        options.site = twin.site;
        sky_.emplace(options, runner_);
    }
    Transform expose(const Exposed& exposed, const Exposed& first, ImageView<std::uint16_t> out) override {
        FrameRecord record = sky_->expose(exposed, first, out);
        const std::lock_guard lock(truth_->mutex);
        truth_->records.push_back(std::move(record));
        return {};
    }

private:
    SerialRunner runner_;
    std::optional<TwinSky> sky_;
    std::shared_ptr<Truth> truth_;
};

// Cameras open, calibrated, on the Pleiades, at 20 h and some minutes.
std::unique_ptr<SimDevice> on_the_pleiades() {
    auto device = make_twin(january());
    SimTime now{0};
    const ClientId client = device->connect(now).value();
    const std::string place = R"("camId":0,"lon":-9.0,"lat":48.0,"date":"2026-01-18 20:00:00","path":"DWARF_GOTO_1")";
    const auto say = [&](const std::string& text) { device->receive(client, text, false, now); };
    const auto wait = [&](const char* what, const char* flag) {
        for (int i = 0; i < 1200; ++i) {
            device->take(now += 500ms);
            if (Json::parse(device->state_json(now))[what][flag] == true) return;
        }
        ADD_FAILURE() << what << " never " << flag;
    };
    say(R"({"interface":10000,"camId":0,"binning":1})");
    say("{\"interface\":11205," + place + "}");
    wait("astro", "calibrated");
    say("{\"interface\":11203," + place + ",\"ra\":" + std::to_string(kPleiades_h) +
        ",\"dec\":" + std::to_string(kPleiades_deg) + "}");
    wait("pointing", "tracking");
    return device;
}

struct Gray {
    std::vector<unsigned char> pixels;
    int at(int x, int y) const { return pixels[static_cast<std::size_t>(y * kSize.width + x)]; }
};

// Where the light of a small window stands, above what is between the stars.
Point light_at(const Gray& picture, int x0, int y0, int reach) {
    double sum = 0, x_sum = 0, y_sum = 0;
    for (int y = y0 - reach; y <= y0 + reach; ++y)
        for (int x = x0 - reach; x <= x0 + reach; ++x) {
            const double light = std::max(0, picture.at(x, y) - 70);
            sum += light;
            x_sum += light * x;
            y_sum += light * y;
        }
    return sum > 0 ? Point{x_sum / sum, y_sum / sum} : Point{-1e9, -1e9};
}

TEST(SkyStream, FfmpegFindsTheStarsWhereTheTruthHasThem) {
    if (!io::test::has_program("ffmpeg")) GTEST_SKIP() << "no ffmpeg";
    const auto truth = std::make_shared<Truth>();
    TwinServersOptions options;
    options.ports = {0, 0, 0, 0};
    options.speed = 0;  // the sky stands still
    options.stream_size = kSize;
    options.viewfinder =
        std::make_shared<LiveView>([truth] { return std::make_unique<TrueCamera>(january(), truth); }, nullptr);
    const TwinServers servers(on_the_pleiades(), options);
    const nightstack::test::TempFolder folder;
    const std::string file = (folder / "picture").string();
    const auto said =
        io::test::shell("ffmpeg -v error -f mpjpeg -i http://127.0.0.1:" + std::to_string(servers.ports().http) +
                        "/mainstream -frames:v 1 -pix_fmt gray -f rawvideo " + file);
    ASSERT_EQ(said.status, 0) << said.output;
    std::ifstream in(file, std::ios::binary);
    const Gray picture{{std::istreambuf_iterator<char>(in), {}}};
    ASSERT_EQ(picture.pixels.size(), std::size_t{kSize.width} * kSize.height);

    const std::lock_guard lock(truth->mutex);
    ASSERT_EQ(truth->records.size(), 1U) << "a sky that stands still is drawn once";
    const FrameRecord& record = truth->records.front();
    EXPECT_NEAR(record.ra_deg, kPleiades_h * 15, 0.1);
    EXPECT_NEAR(record.dec_deg, kPleiades_deg, 0.1);
    EXPECT_NEAR(record.exposure_s, 1, 0.21) << "by night its automatic takes all it may";
    std::vector<sky::TrueStar> stars = record.truth.stars;
    std::ranges::sort(stars, [](const auto& a, const auto& b) { return a.flux_e.g > b.flux_e.g; });
    int found = 0, looked_for = 0;
    constexpr int kReach = 6;
    for (const sky::TrueStar& star : stars) {
        const double x = (star.x + 0.5) * kSize.width / 1920 - 0.5, y = (star.y + 0.5) * kSize.height / 1080 - 0.5;
        const int px = static_cast<int>(std::lround(x)), py = static_cast<int>(std::lround(y));
        if (px <= kReach || py <= kReach || px >= kSize.width - kReach - 1 || py >= kSize.height - kReach - 1) continue;
        const Point seen = light_at(picture, px, py, kReach);
        found += std::hypot(seen.x - x, seen.y - y) < 0.7 ? 1 : 0;
        if (++looked_for == 12) break;
    }
    EXPECT_EQ(looked_for, 12);
    EXPECT_GE(found, 10) << "two may have a neighbour";
}

}  // namespace
}  // namespace nightstack::device::sim::test
