// SPDX-License-Identifier: MIT
// What is written is read again, whatever the numbers and texts are that a night brought: hostile ones are left out,
// cut, or refused before a file is there.
#include <gmock/gmock.h>

#include <array>
#include <limits>
#include <random>
#include <stop_token>
#include <string>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/live/made_states.h"
#include "tools/live/about_json.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;

constexpr double kInf = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::array kHostile{kNan, kInf, -kInf, 1e308, -1e308, -0.0, 5e-324, 1e20, -1.0, 0.1 + 0.2};

// A frame with everything a frame can have, at its longest.
LedgerFrame fullest_frame() {
    LedgerFrame f = made_state({}, 0, 1).ledger.frames.front();
    for (int i = 0; i < 40; ++i) f.judgement.limits["figure " + std::to_string(i)] = {i + 0.25, 1e300};
    f.judgement.text = std::string(5000, 't');
    f.figures = {1, 2, 3, 4, 5, 6, 7, 0, Reason::none, ""};
    for (auto* text : {&f.info.object, &f.info.camera, &f.info.telescope, &f.info.filter})
        *text = std::string(5000, 'x');
    f.info.binning = 2;
    for (auto* number : {&f.info.gain, &f.info.temperature_c, &f.info.ra_deg, &f.info.dec_deg, &f.info.site_lat_deg,
                         &f.info.site_long_deg, &f.info.site_elev_m, &f.info.focal_length_mm, &f.info.pixel_size_um})
        *number = 1 / 3.0;
    f.recipe->ref_from_frame = Transform::shift(1, 2);  // another than the frame's own
    for (SkyTilt& t : f.recipe->tilt) t = {1, 2, 3, true};
    f.recipe->masters.assign(8, std::string(64, 'd'));
    return f;
}

std::string refusal(const std::string& json) {
    try {
        parsed_about(json);
    } catch (const FormatError& e) {
        return e.what();
    }
    return "";
}

TEST(Limits, FullestFramesAreReadAgain) {
    LiveLedger ledger = made_state({}, 0, 1).ledger;
    ledger.frames.assign(100, fullest_frame());
    const std::string text = about_json(ledger);
    const LiveLedger again = parsed_about(text);
    ASSERT_EQ(again.frames.size(), 100U);
    EXPECT_EQ(again.frames.back().judgement.limits.size(), 32U);
    EXPECT_EQ(about_json(again), text);
}

// Parts are counted frame by frame: many frames are no reason against a file, a frame without end is.
TEST(Limits, AFrameHasSoManyPartsAndNoMore) {
    LiveLedger ledger = made_state({}, 0, 2).ledger;
    const std::string text = about_json(ledger);
    const auto with_parts = [&](int parts) {
        std::string changed = text, more = "\"more\":[0";
        for (int i = 1; i < parts; ++i) more += ",0";
        for (std::size_t at = changed.find("\"sequence\""); at != std::string::npos;
             at = changed.find("\"sequence\"", at + more.size() + 3))
            changed.insert(at, more + "],");
        return changed;
    };
    EXPECT_EQ(refusal(with_parts(300)), "");
    EXPECT_THAT(refusal(with_parts(600)), HasSubstr("a frame has too many parts"));
    EXPECT_THAT(refusal(std::string(text).replace(text.find("\"frames\":[{"), 11, "\"frames\":[1,{")),
                HasSubstr("'frames' is no list of frames"));
    ledger.frames.resize(kMostLedgerFrames + 1);
    EXPECT_THROW(about_json(ledger), OptionError);
}

std::string repeated(const std::string& part, int times) {
    std::string list = "[" + part;
    for (int i = 1; i < times; ++i) list += "," + part;
    return list + "]";
}

std::string with_member(const std::string& place, const std::string& value) {
    std::string text = about_json(made_state({}, 0, 2).ledger);
    return text.insert(text.find(place) + place.size(), "\"x\":" + value + ",");
}

// Where an object that ends has all before it looked through, this takes longer than any test may.
TEST(Limits, ListsOfManyObjectsTakeTimeInLine) {
    EXPECT_EQ(refusal(with_member("\"measured\":{", repeated("{}", 800'000))), "");
    LiveLedger ledger = made_state({}, 0, 2).ledger;
    ledger.masters.front().files.assign(100'000, ledger.masters.front().files.front());
    EXPECT_EQ(parsed_about(about_json(ledger)).masters.front().files.size(), 100'000U);
}

TEST(Limits, MembersThatAreNotKnownAreLeftOutAndSmall) {
    EXPECT_EQ(refusal(with_member("{", repeated("{\"y\":[1,null]}", 10'000))), "");
    EXPECT_THAT(refusal(with_member("{", repeated("{}", 100'000))),
                HasSubstr("members that are not known have too many parts"));
    // Left out: no memory is asked for them.
    EXPECT_NO_THROW(parsed_about(with_member("{", repeated("{}", 40'000)), 400'000));
    EXPECT_THROW(parsed_about(with_member("\"measured\":{", repeated("{}", 40'000)), 400'000), OptionError);
}

// The parser would copy them more than once.
TEST(Limits, WordsAreShort) {
    EXPECT_EQ(refusal(with_member("{", "\"" + std::string(20'000, 'y') + "\"")), "");
    for (const std::string& place : {std::string("{"), std::string("\"measured\":{")}) {
        EXPECT_THAT(refusal(with_member(place, "\"" + std::string(30'000, 'y') + "\"")), HasSubstr("too long"));
        EXPECT_THAT(refusal(with_member(place, "0." + std::string(30'000, '1'))), HasSubstr("too long"));
        EXPECT_THAT(refusal(with_member(place, std::string(5U << 20, ' ') + "1")),
                    HasSubstr("neither text nor number"));
        EXPECT_THAT(refusal(with_member(place, repeated("true", 1'100'000))), HasSubstr("neither text nor number"));
    }
    // What ends a text is not what it escapes.
    EXPECT_EQ(refusal(with_member("{", repeated(R"("\\\"\\")", 9'000))), "");
}

TEST(Limits, ReadingHeedsAStop) {
    std::stop_source source;
    source.request_stop();
    const std::string text = with_member("\"measured\":{", repeated("1", 5'000));
    EXPECT_THROW(parsed_about(text, std::uint64_t{1} << 30, source.get_token()), Interrupted);
}

// What a header or a figure says is never a reason to lose a night.
TEST(Limits, HeadersMaySayAnything) {
    const std::string broken(3000, '\xE9');
    for (const double value : kHostile) {
        LiveLedger ledger = made_state({}, 0, 2).ledger;
        ledger.camera = broken;
        ledger.history.push_back(broken);
        ledger.sky.cards.emplace_back(60, '\xE9');
        LedgerFrame& f = ledger.frames.front();
        f.file = broken;
        f.info.object = broken;
        f.info.exposure = Seconds(value);
        f.info.gain = value;
        f.info.binning = value < 0 ? -3 : 1000;
        f.info.start_utc = UtcTime(std::chrono::hours(value < 0 ? -100'000'000 : 100'000'000));
        f.figures.fwhm_px = value;
        f.judgement.limits["fwhm_px"] = {value, 1};
        const std::string text = about_json(ledger);
        EXPECT_EQ(refusal(text), "") << value;
        EXPECT_EQ(about_json(parsed_about(text)).size(), text.size()) << value;
    }
}

// Any number anywhere: read again as it was, or refused before it is written.
TEST(Limits, WhatIsWrittenIsReadAgain) {
    std::mt19937 dice(7);
    const auto any = [&] { return kHostile[dice() % kHostile.size()]; };
    int written = 0, refused = 0;
    const LiveLedger sound = made_state({}, 0, 2).ledger;
    for (int n = 0; n < 400; ++n) {
        LiveLedger ledger = sound;
        LedgerFrame& f = ledger.frames.front();
        LedgerMeasure& m = *ledger.measure;
        const auto pixel = static_cast<float>(any());
        switch (dice() % 13) {
            case 0: f.weight[dice() % 3] = any(); break;
            case 1: f.scale[dice() % 3] = any(); break;
            case 2: f.offset[dice() % 3] = any(); break;
            case 3: f.recipe->tilt[0].along_x = any(); break;
            case 4: f.recipe->demosaic.pedestal = pixel; break;
            case 5: f.recipe->demosaic.red_scale = pixel; break;
            case 6: f.recipe->noise_adu = any(); break;
            case 7: ledger.white_adu = any(); break;
            case 8: ledger.canvas_scale = any(); break;
            case 9: m.stars[dice() % 2].flux = any(); break;
            case 10: m.stars[dice() % 2].x = any(); break;
            case 11: (dice() % 2 == 0 ? m.sky[0].level : m.sky[1].sigma) = any(); break;
            default: m.mesh.level[0][dice() % 3] = pixel; break;
        }
        try {
            const std::string text = about_json(ledger);
            EXPECT_EQ(refusal(text), "");
            EXPECT_EQ(about_json(parsed_about(text)), text);
            ++written;
        } catch (const OptionError& e) {
            EXPECT_THAT(e.what(), HasSubstr("cannot be kept"));
            ++refused;
        }
    }
    EXPECT_GT(written, 50);
    EXPECT_GT(refused, 50);
}

// A sky that no reference has: neither saved over what can be loaded, nor taken for a grid.
TEST(Limits, AnAbsurdSkyOfTheReferenceIsRefusedOnBothSides) {
    const test::TempFolder folder;
    const std::filesystem::path path = folder / "x.nst";
    LiveState state = small_state();
    const std::string whole = saved(path, state);
    for (const double level : {1e30, -1e30, kNan}) {
        state.ledger.measure->sky[0].level = level;
        EXPECT_THROW(saved(path, state), Error) << level;
        EXPECT_EQ(bytes_of(path), whole);
    }
    EXPECT_NO_THROW(loaded(path));
}

}  // namespace
}  // namespace nightstack::tools
