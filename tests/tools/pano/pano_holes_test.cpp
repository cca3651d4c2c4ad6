// SPDX-License-Identifier: MIT
// nightstack pano with tiles that have parts without data, and with floats of any scale.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "io/files/scratch_store.h"
#include "io/tiles/tile.h"
#include "pipeline/core/runner.h"
#include "tests/support/pano/grey_scene.h"
#include "tests/support/small_night.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/pano/drawn_grid.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int kColumns = 3;
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

// What is done to a tile of the grid, by its number, before it is written; light from 0 to 1.
using Draw = std::function<void(int number, Image<float>& light)>;
void draw_grid(unsigned seed, const std::function<void(const std::string& name, Image<float>& light)>& write,
               const Draw& change = {}) {
    const GreyScene scene = grey_texture(seed, 0.006);
    for (int i = 0; i < 2 * kColumns; ++i) {
        const int row = i / kColumns, column = i % kColumns;
        Image<float> light = grey_plane(scene, drawn_camera(row, column));
        for (int y = 0; y < kDrawnHeight; ++y)
            for (float& v : light.view().row(y)) v = 0.1F + 0.8F * std::pow(v / 255, 2.2F);
        if (change) change(i, light);
        write(std::to_string(row) + "_" + std::to_string(column), light);
    }
}

void fill(Image<float>& light, const Rect& part, float value) {
    for (int y = part.y; y < part.bottom(); ++y)
        for (int x = part.x; x < part.right(); ++x) light.view()(x, y) = value;
}

// The plainest TIFF there is: one strip of floats.
void write_float_tiff(const fs::path& path, const Image<float>& light) {
    std::string bytes("II*\0", 4);
    const auto put = [&](auto v) { bytes.append(reinterpret_cast<const char*>(&v), sizeof v); };
    const auto pixels = static_cast<std::uint32_t>(light.width() * light.height() * 4);
    put(8U + pixels);
    for (int y = 0; y < light.height(); ++y)
        bytes.append(reinterpret_cast<const char*>(light.cview().row_data(y)),
                     static_cast<std::size_t>(light.width()) * 4);
    const std::vector<std::pair<int, std::uint32_t>> tags = {
        {256, light.width()},  {257, light.height()}, {258, 32}, {259, 1}, {262, 1}, {273, 8}, {277, 1},
        {278, light.height()}, {279, pixels},         {339, 3}};
    put(static_cast<std::uint16_t>(tags.size()));
    for (const auto& [tag, value] : tags) {
        put(static_cast<std::uint16_t>(tag));
        put(std::uint16_t{4});
        put(1U);
        put(value);
    }
    put(0U);
    fs::create_directories(path.parent_path());
    write_bytes(path, bytes);
}

// Grey and alpha; where there is no data, black and clear.
void write_png_alpha(const fs::path& path, const Image<float>& light) {
    write_png8(path, light.width(), light.height(), 2, [&](int y, std::span<std::uint8_t> row) {
        for (std::size_t x = 0; x < row.size() / 2; ++x) {
            const float v = light.cview().row_data(y)[x];
            row[2 * x] = std::isnan(v) ? 0 : static_cast<std::uint8_t>(255 * std::pow(v, 1 / 2.2F));
            row[2 * x + 1] = std::isnan(v) ? 0 : 255;
        }
    });
}

class PanoHoles : public testing::Test {
protected:
    // Makes a panorama of a folder and gives its light, NaN where it has none.
    Image<float> made(const std::string& folder, const std::string& ending) {
        out_ = world_ / (folder + ending);
        done_ = world_.run({"pano", (world_ / folder).string(), "-o", out_.string(), "--force"});
        EXPECT_EQ(done_.code, 0) << done_.err;
        report_ = read_json(fs::path(out_).replace_extension(".json"));
        const auto tile = io::open_tile(out_, store_);
        Image<float> light(tile->info().width, tile->info().height);
        std::vector<ImageView<float>> planes = {light.view()};
        std::vector<Image<float>> more;
        for (int c = 1; c < 3; ++c) more.emplace_back(light.width(), light.height());
        for (int c = 1; c < tile->info().channels; ++c) planes.push_back(more[static_cast<std::size_t>(c - 1)].view());
        tile->read_light({0, 0, light.width(), light.height()}, planes);
        return light;
    }
    static int gaps(const Image<float>& light) {
        int count = 0;
        for (int y = 0; y < light.height(); ++y)
            for (int x = 0; x < light.width(); ++x) count += std::isnan(light.cview()(x, y)) ? 1 : 0;
        return count;
    }
    // The largest difference where both have light.
    static double apart(const Image<float>& a, const Image<float>& b, double b_times = 1) {
        EXPECT_TRUE(a.width() == b.width() && a.height() == b.height());
        double most = 0;
        for (int y = 0; y < std::min(a.height(), b.height()); ++y) {
            for (int x = 0; x < std::min(a.width(), b.width()); ++x) {
                const double d = a.cview()(x, y) - b_times * b.cview()(x, y);
                if (!std::isnan(d)) most = std::max(most, std::abs(d));
            }
        }
        return most;
    }

    World world_;
    io::ScratchStore store_{std::uint64_t{64} << 20, world_ / "scratch"};
    fs::path out_;
    Finished done_;
    nlohmann::json report_;
};

TEST_F(PanoHoles, AlphaOfTilesIsFilledByNeighboursOrStaysClear) {
    for (const bool holes : {false, true}) {
        draw_grid(
            21,
            [&](const std::string& name, const Image<float>& light) {
                write_png_alpha(world_ / (holes ? "cut" : "whole") / (name + ".png"), light);
            },
            [&](int i, Image<float>& light) {
                if (!holes) return;
                if (i == 1) fill(light, {205, 60, 20, 30}, kNone);  // the third sees it
                if (i == 5) fill(light, {110, 90, 40, 30}, kNone);  // nobody sees it
            });
    }
    const Image<float> whole = made("whole", ".png");
    const Image<float> cut = made("cut", ".png");
    EXPECT_NEAR(gaps(cut) - gaps(whole), 41 * 31, 300);  // poses differ a little, and so edges do
    EXPECT_LT(apart(whole, cut), 0.12);
    EXPECT_EQ(report_["counts"]["placed"], 6);
}

TEST_F(PanoHoles, FloatsOfAnyScaleArePlacedAlikeAndComeBackAsTheyWere) {
    for (const float scale : {1.0F, 65535.0F, 65536.0F}) {
        draw_grid(
            22,
            [&](const std::string& name, const Image<float>& light) {
                write_float_tiff(world_ / std::to_string(static_cast<int>(scale)) / (name + ".tif"), light);
            },
            [&](int, Image<float>& light) {
                for (int y = 0; y < kDrawnHeight; ++y)
                    for (float& v : light.view().row(y)) v *= scale;
            });
    }
    const Image<float> one = made("1", ".tif");
    const nlohmann::json told = report_;
    const Image<float> power = made("65536", ".tif");
    EXPECT_EQ(apart(power, one, 65536), 0);
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_EQ(report_["tiles"][i]["world_from_camera"], told["tiles"][i]["world_from_camera"]);
    const Image<float> many = made("65535", ".tif");
    EXPECT_EQ(report_["counts"]["placed"], 6);
    for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t k = 0; k < 9; ++k)
            EXPECT_NEAR(report_["tiles"][i]["world_from_camera"][k].get<double>(),
                        told["tiles"][i]["world_from_camera"][k].get<double>(), 2e-4);
    EXPECT_LT(apart(many, one, 65535), 65535 * 0.02);
    // As integers: one white for all, and it is told.
    const Image<float> eight = made("65535", ".png");
    EXPECT_GT(report_["panoramas"][0]["white"].get<double>(), 30000);
    EXPECT_LE(report_["panoramas"][0]["white"].get<double>(), 65536);
    EXPECT_THAT(report_["notes"].dump(), HasSubstr("is white"));
    const double white = report_["panoramas"][0]["white"].get<double>();
    double sum = 0, clipped = 0, seen = 0;
    for (int y = 0; y < std::min(eight.height(), many.height()); ++y) {
        for (int x = 0; x < std::min(eight.width(), many.width()); ++x) {
            const double a = eight.cview()(x, y), b = many.cview()(x, y) / white;
            if (std::isnan(a) || std::isnan(b)) continue;
            seen += 1;
            sum += std::abs(a - std::min(b, 1.0));
            clipped += a >= 1 ? 1 : 0;
        }
    }
    EXPECT_LT(sum / seen, 0.003);
    EXPECT_LT(clipped / seen, 0.02);
}

TEST_F(PanoHoles, NoNumberAndNumbersBeyondAnyUseAreNoData) {
    const auto draw = [&](const std::string& folder, const Draw& change) {
        draw_grid(
            23,
            [&](const std::string& name, const Image<float>& light) {
                write_float_tiff(world_ / folder / (name + ".tif"), light);
            },
            change);
    };
    draw("whole", {});
    draw("cut", [](int i, Image<float>& light) {
        if (i == 0) fill(light, {0, 0, kDrawnWidth, 3}, kNone);  // a rim
        if (i == 4) fill(light, {120, 80, 1, 1}, 1e30F);
        if (i == 2) fill(light, {150, 60, 2, 2}, -std::numeric_limits<float>::max());
    });
    const Image<float> whole = made("whole", ".tif");
    const Image<float> cut = made("cut", ".tif");
    EXPECT_EQ(report_["counts"]["placed"], 6);
    EXPECT_THAT(report_["notes"].dump(), HasSubstr("1_1.tif: values a million times larger"));
    EXPECT_LT(apart(whole, cut), 0.1);
    for (int y = 0; y < cut.height(); ++y) {
        for (int x = 0; x < cut.width(); ++x) {
            const float v = cut.cview()(x, y);
            ASSERT_TRUE(std::isnan(v) || (v > 0.05F && v < 1.1F)) << v << " at " << x << " " << y;
        }
    }
}

}  // namespace
}  // namespace nightstack::test
