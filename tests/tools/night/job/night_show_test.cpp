// SPDX-License-Identifier: MIT
// What a night shows when its mount goes over the meridian: where it looks is found anew, the products' plate stays.
#include "tools/night/job/night_show.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "device/targets/star_atlas.h"

namespace nightstack::tools {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr StreamFormat kFormat{1920, 1080, PixelKind::cfa, CfaPattern::gbrg};
constexpr Point kMiddle{959.5, 539.5};
constexpr double kScale_deg = 5.98 / 3600;

// Row 0 on top, east left of north; or turned by half a turn.
Wcs plate(const SkyPoint& middle, double way) {
    return {middle, kMiddle, {-way * kScale_deg, 0, 0, -way * kScale_deg}, {}, {}, {}, {}};
}

// What a sensor there sees of the atlas.
StarList seen(const Wcs& wcs) {
    StarList stars;
    for (const device::AtlasStar& s : device::stars_near({wcs.reference.ra_deg, wcs.reference.dec_deg}, 2, 11)) {
        const auto at = wcs.pixel_from_sky({s.place.ra_deg, s.place.dec_deg});
        if (!at || at->x < 0 || at->y < 0 || at->x > kFormat.width || at->y > kFormat.height) continue;
        stars.push_back({at->x, at->y, 1e6 * std::pow(10, -0.4 * s.magnitude), 100, 3, 1, 50, false});
    }
    return stars;
}

// An open frame of which only the header is asked.
class Header : public io::FrameFile {
public:
    explicit Header(FrameInfo info) : info_(std::move(info)) {}
    const StreamFormat& format() const override { return kFormat; }
    const FrameInfo& info() const override { return info_; }
    bool rows_reversed() const override { return false; }
    void read(ImageView<float>, Rect, int) const override { FAIL() << "its pixels are not asked"; }

private:
    FrameInfo info_;
};

class Show : public testing::Test {
protected:
    Show() {
        input_.info.focal_length_mm = 100;
        input_.info.pixel_size_um = 2.9;
        input_.file = std::make_unique<Header>(input_.info);
    }
    NightShowOptions options(bool solve = true) const {
        NightShowOptions o;
        o.told = SkyPoint{83.6, -5.4};
        o.told_name = "of the test";
        o.solve = solve;
        return o;
    }
    void reference(NightShow& show) const {
        LiveGrid grid{};
        grid.format = kFormat;
        grid.stars = seen(before_);
        show.reference(grid, input_.info, {});
    }
    // Stacked, on this side of the meridian.
    void frame(NightShow& show, std::uint64_t seq, bool flipped, bool with_stars = true) const {
        NightFrame f;
        f.seq = seq;
        f.file = "f" + std::to_string(seq);
        f.verdict = "stacked";
        f.ref_from_frame =
            flipped ? Transform::similarity(1, 179 * std::numbers::pi / 180, 1900, 1000) : Transform::shift(1, 2);
        const StarList stars = seen(flipped ? after_ : before_);
        const FrameStars sky{stars, input_};
        show.frame(f, with_stars ? &sky : nullptr);
    }

    InputFrame input_;
    const Wcs before_ = plate({83.9, -5.2}, 1), after_ = plate({83.5, -5.6}, -1);
    NightBoard board_;
    SerialRunner runner_;
};

TEST_F(Show, AFlipIsSolvedOnceByTheFrameBehindIt) {
    NightShow show(options(), board_, runner_);
    reference(show);
    ASSERT_TRUE(board_.state().sky.solved) << board_.state().sky.text;
    const double off = *board_.state().sky.off_deg;
    frame(show, 1, false);
    frame(show, 2, false);
    EXPECT_FALSE(board_.state().flip);
    frame(show, 3, true);
    const NightFlip flip = board_.state().flip.value();
    EXPECT_EQ(flip.seq, 3U);
    EXPECT_NEAR(flip.turn_deg, 179, 0.01);
    ASSERT_TRUE(flip.sky.solved) << flip.sky.text;
    EXPECT_NEAR(*flip.sky.off_deg, separation_deg(after_.reference, *options().told), 0.001);
    EXPECT_NEAR(std::abs(flip.sky.north_deg), 180, 0.1);
    EXPECT_THAT(board_.state().notices, Contains(HasSubstr("turned by 179.0 deg")));
    frame(show, 4, true);
    EXPECT_EQ(board_.state().flip->seq, 3U) << "once is enough";
    EXPECT_NEAR(*board_.state().sky.off_deg, off, 1e-9);
    EXPECT_LT(separation_deg(show.wcs()->sky_from_pixel(kMiddle), before_.reference), 0.001)
        << "the products' plate is the reference's";
    frame(show, 5, false);
    EXPECT_EQ(board_.state().flip->seq, 5U) << "and back";
}

// A night that goes on knows of the flip from its checkpoint, whose frames it has not at hand.
TEST_F(Show, AFlipOfAnEarlierRunIsSolvedByTheNextFrame) {
    NightShow show(options(), board_, runner_);
    reference(show);
    frame(show, 1, false, false);
    frame(show, 2, true, false);
    EXPECT_FALSE(board_.state().flip);
    frame(show, 3, true);
    EXPECT_EQ(board_.state().flip.value().seq, 3U);
}

TEST_F(Show, WithoutSolvingItIsOnlyTold) {
    NightShow show(options(false), board_, runner_);
    reference(show);
    frame(show, 1, false);
    frame(show, 2, true);
    EXPECT_FALSE(board_.state().flip);
    EXPECT_THAT(board_.state().notices, Contains(HasSubstr("gone over the meridian")));
    EXPECT_THAT(board_.state().notices, Not(Contains(HasSubstr("after the meridian"))));
}

}  // namespace
}  // namespace nightstack::tools
