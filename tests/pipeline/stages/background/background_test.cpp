// SPDX-License-Identifier: MIT
// Skies with known truth: the gradient goes, nebula and stars stay; the twins agree.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "pipeline/core/error.h"
#include "pipeline/stages/background/background_model.h"
#include "tests/support/reference/background/background_reference.h"

namespace nightstack {
namespace {

constexpr int kWidth = 960;
constexpr int kHeight = 640;
constexpr float kNoise = 8;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

using Field = std::function<double(double x, double y)>;

Image<float> picture(const Field& sky, const Field& objects = nullptr) {
    Image<float> out(kWidth, kHeight);
    std::mt19937 generator(3);
    std::normal_distribution<float> noise(0, kNoise);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x)
            out.view()(x, y) = static_cast<float>(sky(x, y) + (objects ? objects(x, y) : 0)) + noise(generator);
    }
    return out;
}

double gauss(double x, double y, double cx, double cy, double sigma) {
    return std::exp(-((x - cx) * (x - cx) + (y - cy) * (y - cy)) / (2 * sigma * sigma));
}

double slope(double x, double y) { return 1000 + 200 * x / kWidth - 100 * y / kHeight; }  // 300 in all

double stars(double x, double y) {
    double sum = 0;
    for (int k = 0; k < 40; ++k) {
        const double cx = 20 + (k * 211) % (kWidth - 40);
        const double cy = 20 + (k * 97) % (kHeight - 40);
        if (std::abs(x - cx) < 12 && std::abs(y - cy) < 12) sum += (300 + 400 * k) * gauss(x, y, cx, cy, 1.6);
    }
    return sum;
}

double nebula(double x, double y) {
    return 60 * gauss(x, y, 620, 260, 70) + 40 * gauss(x, y, 540, 330, 45) + 25 * gauss(x, y, 250, 480, 30);
}

BackgroundModel fit(ImageView<const float> plane, const BackgroundOptions& options) {
    SkyCells cells(plane.width(), plane.height(), options.measuring_cell_px());
    for (int row = 0; row < cells.rows; ++row) {
        const int y = row * cells.cell_px;
        measure_cells(cells, row, plane.cropped({0, y, plane.width(), std::min(cells.cell_px, plane.height() - y)}));
    }
    return BackgroundModel::fitted(cells, options);
}

BackgroundOptions poly(int degree) { return {BackgroundKind::poly, degree, 128}; }
BackgroundOptions mesh(int cell = 64) { return {BackgroundKind::mesh, 1, cell}; }

// Highest less lowest of model - sky over the picture: what is left of the gradient.
double left_over(const BackgroundModel& model, const Field& sky) {
    double low = 1e9;
    double high = -1e9;
    for (int y = 0; y < kHeight; y += 8) {
        for (int x = 0; x < kWidth; x += 8) {
            const double off = model.at(x, y) - sky(x, y);
            low = std::min(low, off);
            high = std::max(high, off);
        }
    }
    return high - low;
}

// Sum of model - sky - its offset in a disc: the light of an object that would be taken off with the sky.
double taken_off(const BackgroundModel& model, const Field& sky, double cx, double cy, double radius) {
    double offset = 0;
    int n = 0;
    for (int x = 0; x < kWidth; x += 16) {  // along the rim, where nothing but sky lies
        offset += model.at(x, 0) - sky(x, 0) + model.at(x, kHeight - 1) - sky(x, kHeight - 1);
        n += 2;
    }
    double sum = 0;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            if (std::hypot(x - cx, y - cy) < radius) sum += model.at(x, y) - sky(x, y) - offset / n;
        }
    }
    return sum;
}

double flux(const Field& object, double cx, double cy, double radius) {
    double sum = 0;
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) sum += std::hypot(x - cx, y - cy) < radius ? object(x, y) : 0;
    }
    return sum;
}

TEST(BackgroundModel, AGradientAloneGoes) {
    const Image<float> p = picture(slope);
    for (const BackgroundOptions& o : {poly(1), poly(2), poly(4)}) {
        const BackgroundModel model = fit(p.cview(), o);
        EXPECT_LT(left_over(model, slope), 0.02 * 300) << name(o.kind) << o.degree;
        EXPECT_NEAR(model.amplitude(), 300, 15);
        EXPECT_NEAR(model.level(), 1050, 2);
    }
    EXPECT_LT(left_over(fit(p.cview(), mesh()), slope), 0.05 * 300);
}

TEST(BackgroundModel, StarsAndANebulaLeaveItAtFivePercent) {
    const Image<float> p = picture(slope, [](double x, double y) { return stars(x, y) + nebula(x, y); });
    EXPECT_LT(left_over(fit(p.cview(), poly(1)), slope), 0.05 * 300);
    EXPECT_LT(left_over(fit(p.cview(), poly(2)), slope), 0.05 * 300);
    EXPECT_LT(left_over(fit(p.cview(), mesh()), slope), 0.10 * 300);
}

TEST(BackgroundModel, ANebulaKeepsItsFluxToTwoPercent) {
    const Image<float> p = picture(slope, [](double x, double y) { return stars(x, y) + nebula(x, y); });
    const double all = flux(nebula, 600, 280, 200);
    EXPECT_LT(std::abs(taken_off(fit(p.cview(), poly(1)), slope, 600, 280, 200)), 0.02 * all);
    EXPECT_LT(std::abs(taken_off(fit(p.cview(), mesh()), slope, 600, 280, 200)), 0.10 * all);
}

TEST(BackgroundModel, ALargeNebulaDoesNotLiftThePlane) {
    const Field large = [](double x, double y) { return 80 * gauss(x, y, 300, 300, 130); };  // a third of the picture
    const Image<float> p = picture(slope, large);
    const double all = flux(large, 300, 300, 320);
    EXPECT_LT(std::abs(taken_off(fit(p.cview(), poly(1)), slope, 300, 300, 320)), 0.02 * all);
}

TEST(BackgroundModel, StarsAreNotTouched) {
    const Image<float> p = picture(slope, stars);
    const Image<float> empty = picture(slope);
    for (const BackgroundOptions& o : {poly(1), mesh()}) {
        const BackgroundModel with = fit(p.cview(), o);
        const BackgroundModel without = fit(empty.cview(), o);
        for (int y = 10; y < kHeight; y += 20) {
            for (int x = 10; x < kWidth; x += 20)
                ASSERT_NEAR(with.at(x, y) - with.level(), without.at(x, y) - without.level(), 0.2 * kNoise);
        }
    }
}

TEST(BackgroundModel, BowlsNeedTheirDegree) {
    const Field bowl = [](double x, double y) {
        const double u = (x - kWidth / 2.0) / kWidth;
        const double v = (y - kHeight / 2.0) / kHeight;
        return 1000 + 400 * (u * u + v * v) + 800 * u * u * v * v;
    };
    const Image<float> p = picture(bowl);
    EXPECT_GT(left_over(fit(p.cview(), poly(1)), bowl), 60);
    EXPECT_LT(left_over(fit(p.cview(), poly(4)), bowl), 6);
    EXPECT_LT(left_over(fit(p.cview(), mesh()), bowl), 15);
}

TEST(BackgroundModel, SubtractingAgreesWithTheTwinAndKeepsTheLevel) {
    Image<float> p = picture(slope);
    p.view()(17, 33) = kMissing;
    for (const BackgroundOptions& o : {poly(1), poly(3), mesh()}) {
        const BackgroundModel model = fit(p.cview(), o);
        Image<float> out = p.clone();
        model.subtract_from(out.view().cropped({0, 0, kWidth, 100}), 0);
        model.subtract_from(out.view().cropped({0, 100, kWidth, kHeight - 100}), 100);
        for (int y = 0; y < kHeight; y += 3) {
            for (int x = 1; x < kWidth; x += 4) {
                if (x == 17 && y == 33) {
                    EXPECT_TRUE(std::isnan(out.view()(x, y)));
                    continue;
                }
                ASSERT_NEAR(out.view()(x, y), reference::flattened(model, p.cview()(x, y), x, y), 2e-4)
                    << name(o.kind) << " " << x << " " << y;
            }
        }
        const reference::CellSky sky = reference::cell_sky(out.cview(), {0, 0, kWidth, kHeight});
        EXPECT_NEAR(sky.level, 1050, 3);
        EXPECT_NEAR(sky.sigma, kNoise, 0.5) << "flat: nothing but the noise is left";
    }
}

TEST(SkyCells, AgreeWithTheTwin) {
    Image<float> p = picture(slope, stars);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < 100; ++x) p.view()(x, y) = kMissing;
    }
    SkyCells cells(kWidth, kHeight, 100);
    EXPECT_EQ(cells.columns, 10);
    EXPECT_EQ(cells.rows, 7);
    for (int row = 0; row < cells.rows; ++row) {
        const int h = std::min(100, kHeight - row * 100);
        measure_cells(cells, row, p.cview().cropped({0, row * 100, kWidth, h}));
        for (int column = 0; column < cells.columns; ++column) {
            const reference::CellSky twin =
                reference::cell_sky(p.cview(), {column * 100, row * 100, std::min(100, kWidth - column * 100), h});
            EXPECT_EQ(cells.level[cells.at(column, row)], twin.level);
            EXPECT_EQ(cells.sigma[cells.at(column, row)], twin.sigma);
            EXPECT_EQ(cells.samples[cells.at(column, row)], twin.samples);
            const bool sliver = column == 9 && row == 6;  // 60 x 40 pixels
            EXPECT_EQ(cells.usable(column, row), column > 0 && !sliver) << column << " " << row;
        }
    }
}

TEST(BackgroundModel, LittleOrNoSkyIsLeftAlone) {
    Image<float> nothing(64, 48);
    for (int y = 0; y < 48; ++y) std::fill_n(nothing.view().row_data(y), 64, kMissing);
    for (const BackgroundOptions& o : {poly(4), mesh(8)}) {
        const BackgroundModel none = fit(nothing.cview(), o);
        EXPECT_EQ(none.cells(), 0);
        EXPECT_EQ(none.amplitude(), 0);
        Image<float> flat(64, 48);
        for (int y = 0; y < 48; ++y) std::fill_n(flat.view().row_data(y), 64, 5.0F);
        const BackgroundModel model = fit(flat.cview(), o);
        model.subtract_from(flat.view(), 0);
        EXPECT_NEAR(flat.cview()(63, 47), 5, 1e-4);
        Image<float> one(8, 8);
        const BackgroundModel tiny = fit(one.cview(), o);
        tiny.subtract_from(one.view(), 0);
        EXPECT_EQ(one.cview()(7, 7), 0);
    }
}

TEST(BackgroundOptions, BadNumbersAreNamed) {
    EXPECT_THROW(poly(5).check(), OptionError);
    EXPECT_THROW(poly(0).check(), OptionError);
    EXPECT_THROW(mesh(4).check(), OptionError);
    EXPECT_EQ(parse_background_kind("mesh"), BackgroundKind::mesh);
    EXPECT_FALSE(parse_background_kind("rbf"));
}

}  // namespace
}  // namespace nightstack
