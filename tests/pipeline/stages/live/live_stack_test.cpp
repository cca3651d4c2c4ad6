// SPDX-License-Identifier: MIT
// The stack as a whole: against the plain definition pixel by pixel, and the identities of merging and taking out.
#include "pipeline/stages/live/live_stack.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "pipeline/core/error.h"
#include "tests/support/every_level.h"
#include "tests/support/reference/live/clip_twin.h"

namespace nightstack {
namespace {

constexpr double kSky = 1000, kNoise = 12;

LiveStackOptions two_planes() {
    LiveStackOptions options;
    options.planes = 2;
    options.white_adu = 4095;
    options.noise_adu = {kNoise, kNoise, 1};
    options.sky_adu = {kSky, kSky, 0};
    return options;
}

// A frame's sample at any canvas pixel, from nothing but its number: noise, now and then an outlier or a hole.
float sample_at(std::uint64_t frame, int plane, int x, int y) {
    std::uint64_t h = (frame * 0x9E3779B97F4A7C15U) ^ (static_cast<std::uint64_t>(plane) << 60) ^
                      (static_cast<std::uint64_t>(static_cast<std::uint32_t>(x)) << 32) ^ static_cast<std::uint32_t>(y);
    double sum = 0;
    for (int i = 0; i < 4; ++i) {
        h ^= h >> 31;
        h *= 0xD6E8FEB86659FD93U;
        h ^= h >> 29;
        sum += static_cast<double>(h >> 40) / (1 << 24) - 0.5;
    }
    if (h % 97 == 0) return std::numeric_limits<float>::quiet_NaN();
    if (h % 53 == 0) sum += 30;
    return static_cast<float>(kSky + kNoise * 1.7 * sum);
}

// Frame number `n`: its footprint wanders over the canvas, also to negative places.
Rect footprint_of(std::uint64_t n) {
    return {-70 + static_cast<int>(n % 7) * 9, -30 + static_cast<int>(n % 5) * 13, 150, 90};
}
int weight_of(std::uint64_t n) { return 4 + static_cast<int>(n % 8); }

LiveFrame frame_of(std::uint64_t n) {
    LiveFrame frame;
    frame.footprint = footprint_of(n);
    frame.weight = {weight_of(n), weight_of(n), 0};
    frame.sample = [n, footprint = frame.footprint](const Rect& tile, std::span<const ImageView<float>> out) {
        for (std::size_t p = 0; p < out.size(); ++p)
            for (int y = 0; y < tile.height; ++y)
                for (int x = 0; x < tile.width; ++x) {
                    const bool inside = footprint.contains({tile.x + x, tile.y + y, 1, 1});
                    out[p](x, y) = inside ? sample_at(n, static_cast<int>(p), tile.x + x, tile.y + y)
                                          : std::numeric_limits<float>::quiet_NaN();
                }
    };
    return frame;
}

LiveStack stack_of(std::uint64_t first, std::uint64_t end, Runner& runner) {
    LiveStack stack(two_planes());
    for (std::uint64_t n = first; n < end; ++n) stack.add(frame_of(n), runner);
    return stack;
}

LiveStack stack_of(std::uint64_t first, std::uint64_t end) {
    SerialRunner serial;
    return stack_of(first, end, serial);
}

void expect_same(const LivePicture& a, const LivePicture& b) {
    ASSERT_EQ(a.canvas, b.canvas);
    ASSERT_EQ(a.frames, b.frames);
    const auto same = [&](const auto& x, const auto& y) {
        for (int row = 0; row < a.canvas.height; ++row)
            if (!std::ranges::equal(x.view().row(row), y.view().row(row))) return false;
        return true;
    };
    for (std::size_t p = 0; p < a.planes.size(); ++p) {
        EXPECT_TRUE(same(a.planes[p].value, b.planes[p].value));
        EXPECT_TRUE(same(a.planes[p].variance, b.planes[p].variance));
        EXPECT_TRUE(same(a.planes[p].coverage, b.planes[p].coverage));
        EXPECT_TRUE(same(a.planes[p].low, b.planes[p].low));
        EXPECT_TRUE(same(a.planes[p].high, b.planes[p].high));
        EXPECT_TRUE(same(a.planes[p].flag, b.planes[p].flag));
    }
}

struct TwinPixel {
    double value = 0, variance = 0;
    int coverage = 0, low = 0, high = 0, flag = 0;
};

TwinPixel twin_pixel(std::uint64_t frames, int plane, int x, int y) {
    const double unit = live_unit(4095);
    ClipRule rule;
    rule.variance = kNoise * kNoise / unit / unit;
    rule.sky = kSky / unit;
    rule.object_share = 0.05;
    rule.first_factor = first_round_factors(rule.depth);
    TwinPixel pixel;
    double weight = 0, sum = 0, squares = 0, count = 0;
    for (std::uint64_t first = 0; first < frames; first += kBlockFrames) {
        std::vector<reference::TwinSample> samples;
        for (std::uint64_t n = first; n < std::min<std::uint64_t>(frames, first + kBlockFrames); ++n) {
            if (!footprint_of(n).contains({x, y, 1, 1})) continue;
            const float v = sample_at(n, plane, x, y);
            if (!std::isnan(v)) samples.push_back({std::nearbyint(static_cast<float>(v / unit)), weight_of(n)});
        }
        const reference::TwinClip clip = reference::clip_twin(samples, rule);
        weight += clip.weight();
        sum += clip.sum();
        squares += clip.squares();
        count += clip.count;
        pixel.low += clip.low;
        pixel.high += clip.high;
        pixel.flag |= clip.flagged ? 1 : 0;
    }
    pixel.coverage = static_cast<int>(count) + pixel.low + pixel.high;
    if (weight == 0) return pixel;
    pixel.value = unit * sum / weight;
    pixel.variance =
        unit * unit *
        (count < 2 ? rule.variance * kLiveWeightOne / weight : (squares - sum * (sum / weight)) / (count - 1) / weight);
    return pixel;
}

TEST(LiveStack, IsItsDefinitionPixelForPixel) {
    at_every_level([] {
        SerialRunner serial;
        for (const std::uint64_t frames : {1U, 2U, 3U, 10U, 64U, 65U, 150U}) {
            const LivePicture picture = stack_of(0, frames).snapshot(serial);
            for (int p = 0; p < 2; ++p) {
                const LivePicture::Plane& plane = picture.planes[static_cast<std::size_t>(p)];
                for (int y = 0; y < picture.canvas.height; y += 7)
                    for (int x = 0; x < picture.canvas.width; x += 5) {
                        const TwinPixel twin = twin_pixel(frames, p, picture.canvas.x + x, picture.canvas.y + y);
                        ASSERT_FLOAT_EQ(plane.value.view()(x, y), static_cast<float>(twin.value)) << x << ' ' << y;
                        ASSERT_NEAR(plane.variance.view()(x, y), twin.variance, 1e-5 * twin.variance);
                        ASSERT_EQ(plane.coverage.view()(x, y), twin.coverage);
                        ASSERT_EQ(plane.low.view()(x, y), twin.low);
                        ASSERT_EQ(plane.high.view()(x, y), twin.high);
                        ASSERT_EQ(plane.flag.view()(x, y), twin.flag);
                    }
            }
        }
    });
}

TEST(LiveStack, ThreadsAndLevelsDoNotMatter) {
    const LiveStack plain = stack_of(0, 70);
    for (const int threads : {2, 3, 8}) {
        ThreadRunner runner(threads);
        EXPECT_TRUE(stack_of(0, 70, runner) == plain) << threads;
    }
    at_every_level([&] { EXPECT_TRUE(stack_of(0, 70) == plain); });
}

TEST(LiveStack, PartsMergeToTheWholeAtBlockBorders) {
    SerialRunner serial;
    LiveStack whole = stack_of(0, 200);
    LiveStack merged = stack_of(64, 128), first = stack_of(0, 64), last = stack_of(128, 200);
    for (LiveStack* part : {&whole, &merged, &first, &last}) part->close_block(serial);
    merged.merge(last);
    merged.merge(first);
    EXPECT_EQ(merged.frames(), 200U);
    EXPECT_EQ(merged.extent(), whole.extent());
    EXPECT_TRUE(merged == whole);
    expect_same(merged.snapshot(serial), whole.snapshot(serial));
}

// Frame 70 is retracted, then admitted again: its block leaves, comes without it, leaves, comes with it.
TEST(LiveStack, AFrameLeavesAndComesBack) {
    SerialRunner serial;
    const auto block = [&](bool with) {
        LiveStack part(two_planes());
        for (std::uint64_t n = 64; n < 128; ++n)
            if (with || n != 70) part.add(frame_of(n), serial);
        part.close_block(serial);
        return part;
    };
    LiveStack stack = stack_of(0, 192);
    stack.close_block(serial);
    const LivePicture before = stack.snapshot(serial);
    stack.take_out(block(true));
    stack.merge(block(false));
    EXPECT_EQ(stack.frames(), 191U);
    LiveStack never = stack_of(0, 64), last = stack_of(128, 192);
    for (LiveStack* part : {&never, &last}) part->close_block(serial);
    never.merge(block(false));
    never.merge(last);
    expect_same(stack.snapshot(before.canvas, serial), never.snapshot(before.canvas, serial));
    stack.take_out(block(false));
    stack.merge(block(true));
    expect_same(stack.snapshot(serial), before);
}

TEST(LiveStack, WhatIsNotPartOfItCannotBeTakenOut) {
    SerialRunner serial;
    LiveStack stack = stack_of(0, 10), foreign = stack_of(0, 11), other_place(two_planes());
    for (LiveStack* part : {&stack, &foreign}) part->close_block(serial);
    const LivePicture before = stack.snapshot(serial);
    EXPECT_THROW(stack.take_out(foreign), OptionError);
    LiveFrame far = frame_of(3);
    far.footprint = {5000, 5000, 10, 10};
    other_place.add(far, serial);
    other_place.close_block(serial);
    EXPECT_THROW(stack.take_out(other_place), OptionError);
    expect_same(stack.snapshot(serial), before);
}

TEST(LiveStack, WhatDiffersIsNamed) {
    const auto refusal = [](auto&& change) {
        LiveStackOptions options = two_planes();
        change(options);
        LiveStack a(two_planes()), b(options);
        try {
            a.merge(b);
        } catch (const OptionError& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    EXPECT_EQ(refusal([](LiveStackOptions&) {}), "");
    EXPECT_NE(refusal([](LiveStackOptions& o) { o.planes = 1; }).find("planes"), std::string::npos);
    EXPECT_NE(refusal([](LiveStackOptions& o) { o.clip_depth = 8; }).find("clip depth"), std::string::npos);
    EXPECT_NE(refusal([](LiveStackOptions& o) { o.kappa_high = 4; }).find("kappa"), std::string::npos);
    EXPECT_NE(refusal([](LiveStackOptions& o) { o.white_adu = 65535; }).find("white"), std::string::npos);
    EXPECT_NE(refusal([](LiveStackOptions& o) { o.noise_adu[1] = 9; }).find("noise"), std::string::npos);
}

TEST(LiveStack, OptionsThatCannotWorkAreRefused) {
    const auto refused = [](auto&& change) {
        LiveStackOptions options = two_planes();
        change(options);
        EXPECT_THROW(LiveStack{options}, OptionError);
    };
    refused([](LiveStackOptions& o) { o.planes = 0; });
    refused([](LiveStackOptions& o) { o.planes = 4; });
    refused([](LiveStackOptions& o) { o.clip_depth = 1; });
    refused([](LiveStackOptions& o) { o.clip_depth = 33; });
    refused([](LiveStackOptions& o) { o.kappa_low = 0; });
    refused([](LiveStackOptions& o) { o.white_adu = 0; });
    refused([](LiveStackOptions& o) { o.noise_adu[0] = 0; });
    refused([](LiveStackOptions& o) { o.noise_adu[0] = 1e-200; });  // whose square is 0
    refused([](LiveStackOptions& o) { o.white_adu = 5e-324; });
    refused([](LiveStackOptions& o) { o.white_adu = 1e300; });
    refused([](LiveStackOptions& o) { o.sky_adu[0] = std::nan(""); });
    refused([](LiveStackOptions& o) { o.object_share = 2; });
    refused([](LiveStackOptions& o) { o.signal_variance[1] = -1; });
}

// A sixth of the frames are far too bright at every pixel: more than the lists hold.
LiveFrame bright_frame(std::uint64_t n) {
    LiveFrame frame = frame_of(n);
    frame.sample = [n, inner = frame.sample](const Rect& tile, std::span<const ImageView<float>> out) {
        inner(tile, out);
        if (n % 6 != 0) return;
        for (const ImageView<float>& plane : out)
            for (int y = 0; y < plane.height(); ++y)
                for (float& v : plane.row(y)) v += 400;
    };
    return frame;
}

TEST(LiveStack, TheFinishingPassLooksAtAllSamples) {
    SerialRunner serial;
    LiveStackOptions deep_options = two_planes();
    deep_options.clip_depth = kMostClipDepth;
    LiveStack stack(two_planes()), deep(deep_options);
    std::vector<std::vector<LiveFrame>> blocks(2);
    for (std::uint64_t n = 0; n < 100; ++n) {
        blocks[n / kBlockFrames].push_back(bright_frame(n));
        stack.add(bright_frame(n), serial);
        deep.add(bright_frame(n), serial);
    }
    stack.close_block(serial);
    const LivePicture before = stack.snapshot(serial);
    std::size_t rebuilt = 0;
    ThreadRunner threads(2);
    for (const auto& block : blocks) rebuilt += stack.finish_block(block, threads).rebuilt;
    EXPECT_GT(rebuilt, 10000U);
    const LivePicture after = stack.snapshot(serial), want = deep.snapshot(serial);
    for (std::size_t p = 0; p < 2; ++p)
        for (int y = 0; y < after.canvas.height; ++y)
            for (int x = 0; x < after.canvas.width; ++x) {
                const float v = after.planes[p].value.view()(x, y);
                ASSERT_EQ(after.planes[p].flag.view()(x, y), 0);
                if (before.planes[p].flag.view()(x, y) == 0) {
                    ASSERT_EQ(v, before.planes[p].value.view()(x, y)) << "was right before";
                } else {
                    ASSERT_NEAR(v, want.planes[p].value.view()(x, y), kNoise);
                }
            }
    EXPECT_THROW(stack.add(frame_of(1), serial), OptionError) << "it can only be shown now";
    EXPECT_THROW(deep.merge(stack), OptionError);
}

TEST(LiveStack, TheFinishingPassRefusesOtherFrames) {
    SerialRunner serial;
    LiveStack stack = stack_of(0, 20);
    stack.close_block(serial);
    std::vector<LiveFrame> other;
    for (std::uint64_t n = 5; n < 25; ++n) other.push_back(frame_of(n));
    EXPECT_THROW(stack.finish_block(other, serial), OptionError);
}

TEST(LiveStack, MemoryIsWhatWasSaid) {
    SerialRunner serial;
    LiveStack stack(two_planes());
    LiveFrame frame = frame_of(0);
    for (const Rect& place : {Rect{0, 0, 300, 200}, Rect{-40, 10, 300, 200}, Rect{30, -90, 300, 290}}) {
        frame.footprint = place;
        stack.add(frame, serial);
    }
    const Rect extent = stack.extent();
    EXPECT_EQ(extent, (Rect{-40, -90, 370, 300}));
    EXPECT_LE(stack.memory_bytes(), LiveStack::bytes(370, 300, stack.options()));
    EXPECT_EQ(LiveTile::bytes(3, 4),
              3U * (kLiveTilePixels * (8 * 4 + 15 + 28) + kPendingFrames * 4 * (kLiveTilePixels + 32)));
}

TEST(LiveStack, BeyondItsFramesThereIsNothing) {
    SerialRunner serial;
    const LivePicture picture = stack_of(0, 5).snapshot({900, 900, 20, 10}, serial);
    EXPECT_EQ(picture.planes[0].coverage.view()(5, 5), 0);
    EXPECT_EQ(picture.planes[0].value.view()(5, 5), 0);
    EXPECT_TRUE(LiveStack(two_planes()).snapshot(serial).canvas.empty());
}

TEST(LiveStack, PartsThatCannotBelongTogetherAreRefused) {
    const auto tiles = [](int planes) {
        LiveStack::Tiles t;
        t[{0, 0}] = std::make_unique<LiveTile>(planes, 4);
        return t;
    };
    EXPECT_NO_THROW(LiveStack::from_parts(two_planes(), 64, 3, {0, 0, 100, 100}, tiles(2)));
    EXPECT_THROW(LiveStack::from_parts(two_planes(), 64, 65, {0, 0, 100, 100}, tiles(2)), FormatError);
    EXPECT_THROW(LiveStack::from_parts(two_planes(), 64, 3, {0, 0, 100, 200}, tiles(2)), FormatError);
    EXPECT_THROW(LiveStack::from_parts(two_planes(), 64, 3, {0, 0, 100, 100}, tiles(1)), FormatError);
    LiveStack::Tiles corners = tiles(2);  // of frames that drifted both ways: a hole in between is none
    corners[{1, 1}] = std::make_unique<LiveTile>(2, 4);
    EXPECT_NO_THROW(LiveStack::from_parts(two_planes(), 64, 3, {0, 0, 200, 200}, std::move(corners)));
    LiveStack::Tiles beyond = tiles(2);
    beyond[{0, 3}] = std::make_unique<LiveTile>(2, 4);
    EXPECT_THROW(LiveStack::from_parts(two_planes(), 64, 3, {0, 0, 100, 100}, std::move(beyond)), FormatError);
    EXPECT_THROW(LiveStack::from_parts(two_planes(), 65535, 3, {0, 0, 100, 100}, tiles(2)), FormatError);
}

}  // namespace
}  // namespace nightstack
