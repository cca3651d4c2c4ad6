// SPDX-License-Identifier: MIT
// Flats lose what is in them without light; lights of several exposures, gains and sessions have each their own
// masters. What is added to frames here are whole numbers that the right calibration frame takes off again to the last
// bit.
#include <gmock/gmock.h>

#include <functional>

#include "io/fits/reader.h"
#include "io/fits/writer.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

using Added = std::function<int(int x, int y)>;

Image<float> read_plane(const fs::path& path, int plane = 0) {
    const auto file = io::open_fits(path);
    Image<float> out(file->format().width, file->format().height);
    file->read(out.view(), out.view().bounds(), plane);
    return out;
}

void write_frame(const fs::path& path, ImageView<const float> values, const Added& added, const io::FitsCards& cards) {
    Image<std::uint16_t> out(values.width(), values.height());
    for (int y = 0; y < values.height(); ++y)
        for (int x = 0; x < values.width(); ++x)
            out.view()(x, y) =
                static_cast<std::uint16_t>(std::min(65535, static_cast<int>(values(x, y)) + added(x, y)));
    fs::create_directories(path.parent_path());
    io::write_fits(path, out.cview(), cards, io::Overwrite::yes);
}

// The frames as if the sensor had added something, under another exposure or gain.
void change(const std::vector<fs::path>& frames, const SmallNightOptions& as, const char* type, const Added& added) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const Image<float> plane = read_plane(frames[i]);
        write_frame(frames[i], plane.cview(), added, plain_cards(as, static_cast<int>(i), type));
    }
}

void write_constant(const fs::path& folder, int n, const SmallNightOptions& as, const char* type, const Added& value) {
    const Image<float> nothing(as.width, as.height);
    for (int i = 0; i < n; ++i)
        write_frame(folder / (std::to_string(i) + ".fits"), nothing.cview(), value, plain_cards(as, i, type));
}

bool same_picture(const fs::path& a, const fs::path& b) {
    for (int p = 0; p < 3; ++p) {
        const Image<float> one = read_plane(a, p);
        const Image<float> other = read_plane(b, p);
        if (one.width() != other.width() || one.height() != other.height()) return false;
        for (int y = 0; y < one.height(); ++y) {
            if (!std::equal(one.cview().row(y).begin(), one.cview().row(y).end(), other.cview().row(y).begin()))
                return false;
        }
    }
    return true;
}

std::string header_text(const fs::path& fits) { return read_bytes(fits).substr(0, 14400); }

// Steep enough to spoil a flat that keeps it.
int glow(int x, int y) { return 4000 + 20 * x + 10 * y; }

class FlatOffset : public testing::Test {
protected:
    FlatOffset() {
        o_.layout = NightLayout::sorted;
        o_.frames = 5;
        o_.darks = o_.flats = 3;
        night_ = write_small_night(world_.path(), o_);
        flats_ = o_;
        flats_.exposure_s = 2;
        change(night_.flats, flats_, "Flat Field", [](int, int) { return 0; });
        fs::create_directories(world_ / "clean");
        EXPECT_EQ(world_.run({"stack", night_.session.string(), "--plain-darks", "--output", clean().string()}).code,
                  0);
        change(night_.flats, flats_, "Flat Field", glow);
    }
    fs::path clean() const { return world_ / "clean/result.fits"; }
    fs::path beside(const char* folder) const { return night_.session / folder; }

    World world_;
    SmallNightOptions o_, flats_;
    SmallNight night_;
};

TEST_F(FlatOffset, AFlatDarkOfTheFlatsIsTakenOff) {
    write_constant(beside("flat darks"), 4, flats_, "Dark Flat", glow);
    const Finished done = world_.stack({night_.session.string(), "--plain-darks"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(same_picture(world_.result(), clean()));
    const nlohmann::json applied = world_.report()["applied"];
    EXPECT_EQ(applied["flat"]["offset"]["kind"], "flat dark") << applied.dump();
    EXPECT_EQ(applied["flat"]["offset"]["frames"], 4);
    EXPECT_EQ(applied["flat"]["offset"]["sha256"].get<std::string>().size(), 64u);
    EXPECT_FALSE(applied["why_not"].contains("flat_dark"));
    EXPECT_FALSE(applied.contains("groups")) << "one group of lights";
    EXPECT_EQ(count_lines(done.err, "flat dark M 1/flat darks (4 frames)"), 3u) << "at once, too few, and at the end\n"
                                                                                << done.err;
    std::size_t read = 0;
    const nlohmann::json inputs = world_.report()["inputs"];
    for (const auto& input : inputs) read += input["role"] == "flat dark" ? 1U : 0U;
    EXPECT_EQ(read, 4u);
    EXPECT_THAT(header_text(world_.result()), HasSubstr("CALSTAT = 'DF      '"));
    EXPECT_THAT(header_text(world_.result()), HasSubstr("flat dark off the flats: master of 4 frames"));
}

TEST_F(FlatOffset, OfAnotherExposureItIsNamedAndTheBiasTaken) {
    SmallNightOptions longer = flats_;
    longer.exposure_s = 3;
    write_constant(beside("flat darks"), 4, longer, "Dark Flat", [](int, int) { return 9000; });
    write_constant(beside("biases"), 3, o_, "Bias Frame", glow);
    const Finished done = world_.stack({night_.session.string(), "--plain-darks"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(same_picture(world_.result(), clean()));
    const nlohmann::json applied = world_.report()["applied"];
    EXPECT_EQ(applied["flat"]["offset"]["kind"], "bias") << applied.dump();
    EXPECT_THAT(applied["why_not"]["flat_dark"].get<std::string>(), HasSubstr("exposure 3 s, flats have 2 s"));
    EXPECT_TRUE(applied["bias"].is_null()) << "not off the lights: their dark holds it";
    EXPECT_THAT(header_text(world_.result()), HasSubstr("CALSTAT = 'DF      '"));
}

TEST_F(FlatOffset, TheBiasMustHaveTheGainOfTheFlats) {
    SmallNightOptions other = o_;
    other.gain = 10;
    write_constant(beside("biases"), 3, o_, "Bias Frame", [](int, int) { return 100; });
    write_constant(beside("low gain") / "biases", 3, other, "Bias Frame", glow);
    flats_.gain = 10;
    change(night_.flats, flats_, "Flat Field", [](int, int) { return 0; });
    const Finished done = world_.stack({night_.session.string(), "--plain-darks", "--biases", beside("biases").string(),
                                        "--biases", (beside("low gain") / "biases").string()});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(same_picture(world_.result(), clean()));
}

TEST_F(FlatOffset, WithNeitherNothingIsTakenOff) {
    const Finished done = world_.stack({night_.session.string(), "--plain-darks"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_FALSE(same_picture(world_.result(), clean()));
    const nlohmann::json applied = world_.report()["applied"];
    EXPECT_TRUE(applied["flat"]["offset"].is_null());
    EXPECT_THAT(applied["why_not"]["flat_dark"].get<std::string>(), HasSubstr("no flat dark found"));
}

// Lights 4 to 7 are of 30 s and stand higher by what is in a dark of 30 s more than in one of 15 s.
constexpr int kMore = 2000;
int more(int, int) { return kMore; }
int room(int, int) { return -2500; }  // below the converter's end, so that nothing is cut off

class Mixture : public testing::Test {
protected:
    Mixture() {
        o_.layout = NightLayout::sorted;
        o_.darks = 3;
        night_ = write_small_night(world_.path(), o_);
        change(night_.lights, o_, "Light Frame", room);
        change(night_.darks, o_, "Dark Frame", room);
        fs::create_directories(world_ / "clean");
        EXPECT_EQ(world_.run({"stack", night_.session.string(), "--plain-darks", "--output", clean().string()}).code,
                  0);
        long_ = o_;
        long_.exposure_s = 30;
        change({night_.lights.begin() + 4, night_.lights.end()}, long_, "Light Frame", more);
    }
    fs::path clean() const { return world_ / "clean/result.fits"; }
    // Copies of the session's darks with `more` in them.
    void write_long_darks(const SmallNightOptions& as) {
        for (std::size_t i = 0; i < night_.darks.size(); ++i) {
            const Image<float> plane = read_plane(night_.darks[i]);
            write_frame(night_.darks[i].parent_path() / ("long" + std::to_string(i) + ".fits"), plane.cview(), more,
                        plain_cards(as, static_cast<int>(i), "Dark Frame"));
        }
    }
    double background(int light) const {
        char name[32];
        std::snprintf(name, sizeof name, "light_%02d.fits", light);
        return frame_of(world_.report(), name)["background"];
    }

    World world_;
    SmallNightOptions o_, long_;
    SmallNight night_;
};

TEST_F(Mixture, EveryExposureHasItsOwnDark) {
    write_long_darks(long_);
    const Finished done = world_.stack({night_.session.string(), "--mix", "--plain-darks"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(same_picture(world_.result(), clean()));
    const nlohmann::json applied = world_.report()["applied"];
    ASSERT_EQ(applied["groups"].size(), 2u) << applied.dump();
    for (std::size_t g = 0; g < 2; ++g) {
        const nlohmann::json& group = applied["groups"][g];
        EXPECT_EQ(group["exposure_s"], g == 0 ? 15 : 30);
        EXPECT_EQ(group["lights"], 4);
        EXPECT_EQ(group["gain"], 80);
        EXPECT_EQ(group["dark"]["frames"], 3);
        EXPECT_FALSE(group["impulse_filter"]);
        EXPECT_GT(group["defects"], 20);
    }
    EXPECT_NE(applied["groups"][0]["dark"]["sha256"], applied["groups"][1]["dark"]["sha256"]);
    EXPECT_TRUE(applied["dark"].is_null());
    EXPECT_THAT(applied["why_not"]["dark"].get<std::string>(), HasSubstr("see groups"));
    EXPECT_THAT(header_text(world_.result()), HasSubstr("CALSTAT = 'D       '"));
    EXPECT_EQ(count_lines(done.err, "lights of 30 s, gain 80, bin 1 (4):"), 2u) << done.err;
}

TEST_F(Mixture, AGroupForWhichNothingFitsGoesOnAlone) {
    const Finished done = world_.stack({night_.session.string(), "--mix", "--quiet"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(count_lines(done.err, "lights of 30 s, gain 80, bin 1 (4): no dark fits"), 1u) << done.err;
    EXPECT_EQ(count_lines(done.err, "exposure 15 s, lights have 30 s"), 1u) << done.err;
    const nlohmann::json groups = world_.report()["applied"]["groups"];
    EXPECT_EQ(groups[0]["dark"]["frames"], 3);
    EXPECT_FALSE(groups[0]["impulse_filter"]);
    EXPECT_TRUE(groups[1]["dark"].is_null());
    EXPECT_TRUE(groups[1]["impulse_filter"]);
    EXPECT_THAT(groups[1]["why_not"]["dark"].get<std::string>(), HasSubstr("exposure 15 s, lights have 30 s"));
    EXPECT_THAT(header_text(world_.result()), Not(HasSubstr("CALSTAT = 'D")));
    EXPECT_GT(background(6) - background(2), kMore) << "still in it: what a dark would take off";
}

TEST_F(Mixture, MastersCountAgainstTheMemory) {
    write_long_darks(long_);
    const Finished done = world_.stack({night_.session.string(), "--mix", "--memory", "60M"});
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_EQ(count_lines(done.err, "--memory is too small: a master dark needs"), 1u) << done.err;
}

// Two sessions of the same night with the same headers; the second stands higher, and so do its darks.
class Joined : public testing::Test {
protected:
    Joined() {
        o_.layout = NightLayout::sorted;
        o_.frames = 4;
        o_.darks = 3;
        first_ = write_small_night(world_ / "nights", o_);
        o_.object = "M 1 again";
        second_ = write_small_night(world_ / "nights", o_);
        for (const SmallNight* night : {&first_, &second_}) {
            change(night->lights, o_, "Light Frame", room);
            change(night->darks, o_, "Dark Frame", room);
        }
        fs::create_directories(world_ / "clean");
        EXPECT_EQ(stack((world_ / "clean/result.fits").string()).code, 0);
    }
    Finished stack(const std::string& output) const {
        return world_.run(
            {"stack", (world_ / "nights").string(), "--combine-sessions", "--plain-darks", "--output", output});
    }

    World world_;
    SmallNightOptions o_;
    SmallNight first_, second_;
};

TEST_F(Joined, EachHasTheDarksOfItsOwnNight) {
    change(second_.lights, o_, "Light Frame", more);
    change(second_.darks, o_, "Dark Frame", more);
    const Finished done = stack(world_.result().string());
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(same_picture(world_.result(), world_ / "clean/result.fits"));
    const nlohmann::json groups = world_.report()["applied"]["groups"];
    ASSERT_EQ(groups.size(), 2u);
    EXPECT_THAT(groups[0]["dark"]["source"].get<std::string>(), HasSubstr("M 1/darks"));
    EXPECT_THAT(groups[1]["dark"]["source"].get<std::string>(), HasSubstr("M 1 again/darks"));
    EXPECT_EQ(groups[1]["session"], "M 1 again");
    EXPECT_EQ(world_.report()["frames"][0]["group"], 0);
    EXPECT_EQ(world_.report()["frames"][4]["group"], 1);
    EXPECT_EQ(count_lines(done.err, "lights of 15 s, gain 80, bin 1, M 1 again (4):"), 2u) << done.err;
}

TEST_F(Joined, ASessionWithoutDarksTakesThoseOfTheOther) {
    fs::remove_all(second_.darks.front().parent_path());
    const Finished done = stack(world_.result().string());
    EXPECT_EQ(done.code, 0) << done.err;
    const nlohmann::json applied = world_.report()["applied"];
    EXPECT_FALSE(applied.contains("groups")) << "all of one kind with one dark: " << applied.dump();
    EXPECT_THAT(applied["dark"]["source"].get<std::string>(), HasSubstr("M 1/darks"));
    EXPECT_FALSE(applied["impulse_filter"]);
}

}  // namespace
}  // namespace nightstack::test
