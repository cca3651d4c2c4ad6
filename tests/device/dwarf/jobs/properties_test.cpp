// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/properties.h"

#include <set>

#include "device/dwarf/protocol/check.h"
#include "night.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf::jobs {
namespace {

bool passes(std::string_view id, const PropertyValue& value) {
    for (const SettingStep& step : setting_steps(id, value)) check_request(step.request);
    return true;
}

TEST(Properties, AreDataInOrder) {
    std::set<std::string_view> ids;
    for (const Property& row : scope_properties().rows()) {
        EXPECT_TRUE(ids.insert(row.id).second) << row.id;
        EXPECT_FALSE(row.text.empty()) << row.id;
        if (row.type == PropertyType::choice) {
            EXPECT_GT(row.words.size(), 1u) << row.id;
        }
        if (!row.writable()) {
            EXPECT_THROW(setting_steps(row.id, std::int64_t{1}), OptionError) << row.id;
        }
        if (const auto question = question_for(row.id)) {
            EXPECT_NO_THROW(check_request(*question)) << row.id;
        }
    }
    EXPECT_THROW(question_for("tele.exposition"), OptionError);
}

// Both ends and every word have a form the API takes; what lies beyond is refused here already.
TEST(Properties, RangesAreThoseOfTheApi) {
    for (const Property& row : scope_properties().rows()) {
        if (!row.writable()) continue;
        SCOPED_TRACE(row.id);
        for (const PropertyWord& word : row.words)
            if (word.word != "temperature") {
                EXPECT_TRUE(passes(row.id, std::string(word.word))) << word.word;
            }
        if (row.type == PropertyType::flag) {
            EXPECT_TRUE(passes(row.id, true) && passes(row.id, false));
        } else if (row.type == PropertyType::integer) {
            for (const double end : {*row.low, *row.high}) EXPECT_TRUE(passes(row.id, static_cast<std::int64_t>(end)));
            EXPECT_THROW(setting_steps(row.id, static_cast<std::int64_t>(*row.high) + 1), OptionError);
        } else if (row.type == PropertyType::real) {
            for (const double end : {*row.low, *row.high}) EXPECT_TRUE(passes(row.id, end));
            EXPECT_THROW(setting_steps(row.id, *row.high * 1.01), OptionError);
        }
    }
}

// The API's own ends and ours are the same: one step further is beyond the table too.
TEST(Properties, RangesAreNotNarrowerThanTheApi) {
    const auto beyond = [](Message m, double value) {
        m.set("value", Value(static_cast<std::int64_t>(value)));
        EXPECT_THROW(check_request(m), OptionError) << m.interface() << " " << value;
    };
    for (const Property& row : scope_properties().rows()) {
        if (!row.writable() || row.type != PropertyType::integer) continue;
        SCOPED_TRACE(row.id);
        const Message last = setting_steps(row.id, static_cast<std::int64_t>(*row.high)).back().request;
        beyond(last, *row.high + 1);
        beyond(last, *row.low - 1);
    }
}

TEST(Properties, ModeFirstThenTheValueAfterAPause) {
    const auto exposure = setting_steps("tele.exposure", 15.0);
    ASSERT_EQ(exposure.size(), 2u);
    EXPECT_EQ(exposure[0].request, request::exposure_mode(Lens::tele, ExposureMode::manual));
    EXPECT_EQ(exposure[1].request, request::exposure(Lens::tele, Seconds{15}));
    EXPECT_EQ(exposure[1].pause, Milliseconds{500});
    EXPECT_EQ(setting_steps("tele.gain", std::int64_t{80})[1].pause, Milliseconds{1000});
    EXPECT_EQ(setting_steps("wide.exposure", std::string("auto")).front().request,
              request::exposure_mode(Lens::wide, ExposureMode::automatic));
}

TEST(Properties, WhatIsSetIsRead) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Outcome::Kind::done);
    night.driver.send(request::open_camera(Lens::wide, Binning::none));
    const std::pair<const char*, const char*> wanted[] = {
        {"tele.exposure", "5"},
        {"tele.gain", "120"},
        {"tele.ir", "pass"},
        {"tele.exposure", "auto"},
        {"tele.gain", "auto"},
        {"tele.brightness", "99"},
        {"tele.hue", "7"},
        {"preview.quality", "70"},
        {"tele.white-balance", "shadow"},
        {"tele.colour-temperature", "5000"},
        {"tele.white-balance", "auto"},
        {"wide.exposure", "0.5"},
        {"wide.brightness", "-20"},
        {"wide.gain", "300"},
        {"power-light", "off"},
        {"tele.binning", "1x1"},
    };
    for (const auto& [id, text] : wanted) {
        const Property& row = scope_properties().at(id);
        const PropertyValue value = parse_value(row, text);
        const Outcome set = set_property(night.driver, id, value);
        ASSERT_EQ(set.kind, Outcome::Kind::done) << set.words;
        const Got got = get_property(night.driver, id);
        ASSERT_TRUE(got.value) << got.outcome.words;
        EXPECT_EQ(format_value(row, got.value->value), format_value(row, value)) << id;
    }
    EXPECT_EQ(night.truth("tele.binning"), 0);
    EXPECT_EQ(night.truth("wide.exposure_s"), 0.5);
}

TEST(Properties, BinningIsSetOnAClosedCamera) {
    Night night;
    for (const char* text : {"1x1", "2x2"}) {
        night.driver.send(request::close_camera(Lens::tele));
        night.driver.rest(Milliseconds{3000});
        const Outcome set = set_property(night.driver, "tele.binning", std::string(text));
        EXPECT_EQ(set.kind, Outcome::Kind::done) << set.words;
        EXPECT_EQ(night.truth("tele.open"), 1);
        EXPECT_EQ(night.truth("tele.binning"), text[0] == '2');
    }
}

TEST(Properties, ALostAnswerLeavesNoCameraClosed) {
    using test::Loss;
    for (const auto when : {Loss::When::before_sending, Loss::When::on_the_way, Loss::When::after_sending}) {
        for (const int operation : {0, 1}) {
            for (const int away : {0, 1000, 20000}) {
                if (operation == 0 && away == 20000) continue;  // nothing was closed then
                SCOPED_TRACE(std::to_string(static_cast<int>(when)) + " " + std::to_string(operation) + " " +
                             std::to_string(away));
                Night night;
                ASSERT_EQ(night.prepare().kind, Outcome::Kind::done);
                night.link.plan({night.link.operations() + operation, when, Milliseconds{away}});
                const Outcome set = set_property(night.driver, "tele.binning", std::string("1x1"));
                EXPECT_EQ(set.kind, Outcome::Kind::done) << set.words;
                EXPECT_EQ(night.truth("tele.open"), 1);
                EXPECT_EQ(night.truth("tele.binning"), 0);
            }
        }
    }
}

TEST(Properties, AllThatCanBeAskedIsTold) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Outcome::Kind::done);
    night.driver.send(request::open_camera(Lens::wide, Binning::none));
    for (const Property& row : scope_properties().rows()) {
        if (row.id == "wide.gain") continue;  // its mode is never told; the value is
        const Got got = get_property(night.driver, row.id);
        EXPECT_EQ(got.outcome.kind, Outcome::Kind::done) << row.id << ": " << got.outcome.words;
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
