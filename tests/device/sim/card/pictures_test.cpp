// SPDX-License-Identifier: MIT
// What the card holds for the eye: the live stack, photos, films, tiles.
#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "device/sim/card/card.h"
#include "device/sim/card/film.h"
#include "device/sim/card/live_stack.h"
#include "device/sim/card/live_view.h"
#include "io/files/scratch_store.h"
#include "io/image_files/jpeg.h"
#include "tests/device/sim/card/plain_sky.h"
#include "tests/support/temp_folder.h"

namespace nightstack::device::sim::test {
namespace {

namespace fs = std::filesystem;
using nightstack::test::TempFolder;

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::unique_ptr<io::FrameFile> open(const fs::path& path) {
    io::ScratchStore store(std::uint64_t{1} << 30, fs::temp_directory_path());
    return io::open_jpeg(path, store);
}

float green_at(const io::FrameFile& picture, int x, int y) {
    Image<float> one(1, 1);
    picture.read(one.view(), {x, y, 1, 1}, 1);
    return one.view()(0, 0);
}

Exposed exposed(Exposed::Kind kind, int index, int count) {
    Exposed e;
    e.kind = kind;
    e.begin = std::chrono::sys_days(std::chrono::year(2024) / 1 / 18);
    e.exposure_s = 10;
    e.binning = 1;
    e.session = "NAME";
    e.index = index;
    e.count = count;
    e.last = index + 1 == count;
    return e;
}

class Roll {
public:
    Roll() {
        CardOptions o;
        o.folder = folder.path();
        o.factory_darks = 0;
        card = std::make_unique<Card>(o, std::make_unique<PlainSky>(sky));
    }
    fs::path root() const { return folder / "DWARF_II"; }
    TempFolder folder;
    SkyNotes sky;
    std::unique_ptr<Card> card;
};

TEST(Pictures, TheStackLaysFramesOnTheFirst) {
    SkyNotes notes;
    PlainSky sky(notes);
    LiveStack stack;
    Colour colour;
    Image<std::uint16_t> pixels(1920, 1080);
    const Exposed first = exposed(Exposed::Kind::raw, 0, 5);
    for (int i = 0; i < 5; ++i) {
        const Transform at = sky.expose(exposed(Exposed::Kind::raw, i, 5), first, pixels.view());
        take_colours(pixels.cview(), colour);
        stack.add(colour, at);
    }
    const Colour& mean = stack.mean();
    for (int i = 0; i < 5; ++i) {
        const int x = static_cast<int>(PlainSky::star(i).x) / 2, y = static_cast<int>(PlainSky::star(i).y) / 2;
        EXPECT_NEAR(mean.planes[1].cview()(x, y), PlainSky::kStar, 1) << i;
        EXPECT_NEAR(mean.planes[1].cview()(x + 8, y), PlainSky::kSky + 16, 20) << "no second star beside it";
    }
}

TEST(Pictures, HotPixelsGoStarsStay) {
    SkyNotes notes;
    PlainSky sky(notes);
    Image<std::uint16_t> pixels(1920, 1080);
    const Exposed first = exposed(Exposed::Kind::raw, 0, 1);
    sky.expose(first, first, pixels.view());
    pixels.view()(701, 300) = pixels.view()(0, 0) = 16'000;  // blue, and green in the corner
    Colour colour;
    take_colours(pixels.cview(), colour);
    drop_hot_pixels(colour);
    EXPECT_LT(colour.planes[2].cview()(350, 150), PlainSky::kSky + 40);
    const Point star = PlainSky::star(2);
    for (const Image<float>& plane : colour.planes)
        EXPECT_EQ(plane.cview()(static_cast<int>(star.x) / 2, static_cast<int>(star.y) / 2), PlainSky::kStar);
}

TEST(Pictures, AStackedJpegHasStarsOnADarkSky) {
    Roll roll;
    for (int i = 0; i < 3; ++i) roll.card->develop(exposed(Exposed::Kind::raw, i, 3), false);
    const auto picture = open(roll.root() / "Astronomy/NAME/stacked.jpg");
    EXPECT_EQ(picture->format().width, 1920);
    EXPECT_EQ(picture->format().height, 1080);
    const Point star = PlainSky::star(1);
    EXPECT_GT(green_at(*picture, static_cast<int>(star.x), static_cast<int>(star.y)), 200);
    const float sky = green_at(*picture, 700, 100);
    EXPECT_GT(sky, 10);
    EXPECT_LT(sky, 90);
    const auto small = open(roll.root() / "Astronomy/NAME/stacked_thumbnail.jpg");
    EXPECT_EQ(small->format().width, 356);
    EXPECT_EQ(small->format().height, 200);
}

TEST(Pictures, WhatOnlyPleasesTheEyeWaitsUnlessItIsTheLast) {
    Roll roll;
    roll.card->develop(exposed(Exposed::Kind::raw, 0, 2), true);
    EXPECT_FALSE(fs::exists(roll.root() / "Astronomy/NAME/stacked.jpg"));
    roll.card->develop(exposed(Exposed::Kind::raw, 1, 2), true);
    EXPECT_TRUE(fs::exists(roll.root() / "Astronomy/NAME/stacked.jpg"));
}

TEST(Pictures, PhotosAndTiles) {
    Roll roll;
    Exposed photo = exposed(Exposed::Kind::photo, 0, 1);
    photo.told_site = Site{9, 48, 0};
    roll.card->develop(photo, false);
    photo.camera = 1;
    photo.session = "WIDE";
    roll.card->develop(photo, false);
    Exposed tile = exposed(Exposed::Kind::tile, 0, 2);
    tile.session = "DWARF_PANORAMA_1";
    tile.column = 1;
    roll.card->develop(tile, false);
    EXPECT_EQ(open(roll.root() / "Normal_Photos/NAME.jpg")->format().width, 1920);
    EXPECT_EQ(open(roll.root() / "Normal_Photos/WIDE.jpg")->format().width, 1920);
    EXPECT_EQ(open(roll.root() / "Normal_Photos/Thumbnail/WIDE.jpg")->format().width, 356);
    // Photos alone say when and where they were taken.
    const std::string told = std::string("Exif\0\0II", 8);
    EXPECT_THAT(text_of(roll.root() / "Normal_Photos/NAME.jpg").substr(0, 400), testing::HasSubstr(told));
    EXPECT_THAT(text_of(roll.root() / "Normal_Photos/NAME.jpg").substr(0, 400), testing::HasSubstr("DWARFLAB"));
    EXPECT_THAT(text_of(roll.root() / "Normal_Photos/Thumbnail/NAME.jpg"), testing::Not(testing::HasSubstr(told)));
    EXPECT_THAT(text_of(roll.root() / "Panoramas/DWARF_PANORAMA_1/0_1.jpg"), testing::Not(testing::HasSubstr(told)));
    const auto picture = open(roll.root() / "Panoramas/DWARF_PANORAMA_1/0_1.jpg");
    EXPECT_EQ(picture->format().width, 1920);
    EXPECT_EQ(roll.sky.written, std::vector<std::string>{"DWARF_II/Panoramas/DWARF_PANORAMA_1/0_1.jpg"});
    // Black at 800, white at 16380 and a gamma of 2.2, whatever else is in the picture.
    EXPECT_NEAR(green_at(*picture, 700, 100), 255 * std::pow((1016 - 800) / 15580.0, 1 / 2.2), 4);
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, 4);
    return value;
}

// Whole at every moment: sizes agree with the file.
TEST(Pictures, AFilmGrowsPictureByPicture) {
    Roll roll;
    const fs::path file = roll.root() / "Videos/NAME.avi";
    for (int i = 0; i < 3; ++i) {
        roll.card->develop(exposed(Exposed::Kind::time_lapse, i, 3), false);
        const std::string bytes = text_of(file);
        ASSERT_EQ(bytes.substr(0, 4), "RIFF");
        EXPECT_EQ(number_at(bytes, 4) + 8, bytes.size());
        const std::size_t list = bytes.find("movi") - 8;
        EXPECT_EQ(bytes.substr(list, 4), "LIST");
        EXPECT_EQ(bytes.substr(list + 12, 4), "00dc");
        EXPECT_EQ(bytes.substr(list + 20, 2), "\xFF\xD8");
        EXPECT_EQ(number_at(bytes, 48), static_cast<std::uint32_t>(i + 1)) << "pictures";
        const bool ended = i == 2;
        const std::size_t end = list + 8 + number_at(bytes, list + 4);
        EXPECT_EQ(end == bytes.size(), !ended);
        EXPECT_EQ(bytes.substr(std::min(end, bytes.size()), 4), ended ? "idx1" : "");
    }
}

TEST(Pictures, AnOpenSessionIsOverWithTheTwin) {
    Roll roll;
    for (int i = 0; i < 3; ++i) roll.card->develop(exposed(Exposed::Kind::raw, i, 1000), true);
    EXPECT_EQ(roll.sky.over.size(), 0U);
    roll.card.reset();
    EXPECT_THAT(roll.sky.over, testing::ElementsAre("NAME")) << "the twin ends, and the session with it";
}

// What LiveView gives for a stream, as pixels.
std::unique_ptr<io::FrameFile> opened(const TempFolder& folder, const std::string& jpeg) {
    const fs::path path = folder / "shown.jpg";
    std::ofstream(path, std::ios::binary) << jpeg;
    return open(path);
}

TEST(LiveView, ShowsTheStackOrTheNewestFrameOfACapture) {
    const TempFolder folder;
    SkyNotes notes;
    const auto board = std::make_shared<CaptureBoard>();
    CardOptions o;
    o.folder = folder.path();
    o.factory_darks = 0;
    Card card(o, std::make_unique<PlainSky>(notes), board);
    LiveView view([&] { return std::make_unique<PlainSky>(notes); }, board);
    EXPECT_EQ(view.captured(), 0U);
    card.develop(exposed(Exposed::Kind::raw, 0, 3), false);
    EXPECT_EQ(view.captured(), 1U);
    card.develop(exposed(Exposed::Kind::raw, 1, 3), true);  // somebody looks: shown although others wait
    EXPECT_EQ(view.captured(), 2U);
    const StreamSize sizes[] = {{960, 540}, {480, 270}};
    const auto stack = view.capture(0, sizes, 90), single = view.capture(1, sizes, 90);
    ASSERT_EQ(stack.size(), 2U);
    // The second frame's stars stand 6 pixels further right; the stack lies on the first.
    const Point star = PlainSky::star(2);
    const int left = static_cast<int>(star.x / 2) - 1, right = left + 4, y = static_cast<int>(star.y / 2);
    EXPECT_GT(green_at(*opened(folder, stack[0]), left, y), 150);
    EXPECT_LT(green_at(*opened(folder, single[0]), left, y), 100);
    EXPECT_GT(green_at(*opened(folder, single[0]), right, y), 150);
    EXPECT_LT(stack[1].size(), stack[0].size());
}

TEST(LiveView, MakesItsCameraWhenSomebodyLooks) {
    SkyNotes notes;
    int made = 0;
    LiveView view(
        [&] {
            ++made;
            return std::make_unique<PlainSky>(notes);
        },
        nullptr);
    EXPECT_EQ(view.captured(), 0U);
    EXPECT_EQ(made, 0);
    Exposed e = exposed(Exposed::Kind::sample, 0, 1);
    const StreamSize sizes[] = {{480, 270}};
    const auto better = view.live(e, sizes, 85), worse = view.live(e, sizes, 30);
    EXPECT_EQ(made, 1);
    EXPECT_GT(better[0].size(), worse[0].size()) << "quality is heeded";
    const TempFolder folder;
    const auto shown = opened(folder, better[0]);
    const Point star = PlainSky::star(1);
    EXPECT_GT(green_at(*shown, static_cast<int>(star.x / 4), static_cast<int>(star.y / 4)), 130);
    // Gamma: 4 x 200 of 4 x 4095 is black, 1015 is 1.4 % of it.
    EXPECT_NEAR(green_at(*shown, 10, 10), 36, 8);
}

TEST(Card, TilesAreExposedAsTheFirstOfThem) {
    Roll roll;
    for (int i = 0; i < 2; ++i) {
        Exposed tile = exposed(Exposed::Kind::tile, i, 2);
        tile.column = i;
        roll.card->develop(tile, false);
    }
    ASSERT_EQ(roll.sky.first.size(), 2U);
    EXPECT_EQ(roll.sky.first[1], 0);
}

}  // namespace
}  // namespace nightstack::device::sim::test
