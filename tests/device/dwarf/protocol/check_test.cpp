// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/check.h"

#include <gtest/gtest.h>

#include <cmath>

#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

std::string refusal(const Message& request, Unknown unknown = Unknown::refused) {
    try {
        check_request(request, unknown);
        return "";
    } catch (const OptionError& e) {
        return e.what();
    }
}

Value good_value(const Field& field, const Limits& limits) {
    if (field.type == FieldType::text) return Value(std::string(field.name == "date" ? "2023-09-01 21:05:07" : "X1"));
    if (!limits.choices.empty()) return Value(std::int64_t{limits.choices.back().value});
    return wire_number(limits.low.value_or(1));
}

const Limits& limits_for(const Field& field, int camera) {
    return camera == 1 && field.wide ? *field.wide : field.limits;
}

// A request of that row with every field filled in and within its limits.
Message good_request(const Interface& row, int camera) {
    Message request(row.number);
    if (row.cameras != Cameras::none) request.set("camId", camera);
    for (const Field& field : row.request_fields) request.set(field.name, good_value(field, limits_for(field, camera)));
    if (row.number == 10100) request.set("pulse", 5);
    if (row.number == 10011) request.set("name", "DWARF_RAW_20230901");  // or the album hides it
    return request;
}

std::vector<int> cameras_of(const Interface& row) {
    if (row.cameras == Cameras::wide) return {1};
    if (row.cameras == Cameras::both) return {0, 1};
    return {0};
}

template <class Visit>
void for_each_request(Visit visit) {
    for (const Interface& row : interfaces()) {
        if (!row.request || !row.offered) continue;
        for (const int camera : cameras_of(row)) visit(row, camera, good_request(row, camera));
    }
}

TEST(DwarfCheck, PassesEveryRowWithinItsLimits) {
    for_each_request([](const Interface& row, int, const Message& good) { EXPECT_EQ(refusal(good), "") << row.key; });
}

TEST(DwarfCheck, RefusesValuesJustOutsideOfEveryRange) {
    int refused = 0;
    for_each_request([&](const Interface& row, int camera, const Message& good) {
        for (const Field& field : row.request_fields) {
            const Limits& limits = limits_for(field, camera);
            const double step = field.type == FieldType::real ? 1e-5 : 1;
            const auto tried = [&](double value) {
                Message bad = good;
                bad.set(field.name, wire_number(value));
                const std::string text = refusal(bad);
                EXPECT_NE(text.find(field.name), std::string::npos) << row.key << " " << field.name << " " << value;
                EXPECT_NE(text.find("expected"), std::string::npos) << text;
                ++refused;
            };
            if (limits.low) tried(*limits.low - step);
            if (limits.high) tried(*limits.high + step);
            if (!limits.choices.empty()) tried(977);
        }
    });
    EXPECT_GT(refused, 100);
}

// pulse in pulse mode; the other optional fields have a twin that stands in for them, or are not needed
bool needed_by_rule(std::string_view field) { return field == "pulse"; }

TEST(DwarfCheck, RefusesOtherTypesAndMissingFields) {
    for_each_request([](const Interface& row, int, const Message& good) {
        for (const Field& field : row.request_fields) {
            for (const Value& value : {Value(true), Value(RawJson{"[1]"}), Value(RawJson{"null"})})
                EXPECT_NE(refusal(Message(good).set(field.name, value)), "") << row.key << " " << field.name;
            const Value swapped = field.type == FieldType::text ? Value(std::int64_t{5}) : Value(std::string("5"));
            EXPECT_NE(refusal(Message(good).set(field.name, swapped)), "") << row.key << " " << field.name;
            if (field.type == FieldType::integer) {
                EXPECT_NE(refusal(Message(good).set(field.name, 1.5)), "");
                EXPECT_NE(refusal(Message(good).set(field.name, std::int64_t{1} << 40)), "") << field.name;
            }
            Message without(row.number);
            for (const Item& item : good.items()) {
                if (item.name != field.name) without.set(item.name, item.value);
            }
            EXPECT_EQ(refusal(without).find("missing") != std::string::npos,
                      field.required || needed_by_rule(field.name))
                << field.name;
        }
    });
}

TEST(DwarfCheck, NamesFieldValueAndRange) {
    EXPECT_EQ(refusal(request::gain(Lens::tele, 241)), "gain.value (10005): value is 241, 0 to 240 expected");
    EXPECT_EQ(refusal(request::gain(Lens::wide, 63)), "gain.value (10005): value is 63, 64 to 8000 expected");
    EXPECT_EQ(refusal(request::exposure(Lens::wide, Seconds(1.5))),
              "exposure.value (10003): value is 1.5, 0.0003 to 1 s expected");
    EXPECT_EQ(refusal(Message(10001).set("camId", 1).set("mode", 0)),
              "exposure.mode (10001): mode is 0, 3 (auto) or 1 (manual) expected");
    EXPECT_EQ(refusal(Message(10031).set("camId", 1)), "focus.astro (10031): camId is 1, 0 (tele) expected");
    EXPECT_EQ(refusal(Message(10217).set("camId", 0)), "state.wide (10217): camId is 0, 1 (wide) expected");
    EXPECT_EQ(refusal(Message(10015)), "raw.stop (10015): camId is missing (0 tele, 1 wide)");
    EXPECT_EQ(refusal(Message(11410).set("extra", 1)),
              "version (11410): extra is no field of this command (names are case-sensitive)");
}

TEST(DwarfCheck, JoinsTheMotorsFields) {
    using request::MotorStart;
    const auto text = [](const MotorStart& start) { return refusal(request::start_motor(start)); };
    EXPECT_EQ(text({.subdivision = 1, .speed = 1000}), "") << "what a real client sends";
    EXPECT_NE(text({.subdivision = 1, .speed = 1001}).find("at most 1000"), std::string::npos);
    EXPECT_EQ(text({.subdivision = 8, .speed = 8000}), "");
    EXPECT_NE(text({.subdivision = 256, .speed = 50001}), "");
    EXPECT_NE(text({.pulses = 1}).find("at least 2"), std::string::npos);
    EXPECT_EQ(text({.subdivision = 32, .pulses = 2}), "");
    EXPECT_NE(text({.subdivision = 64, .pulses = 4}).find("at least 5"), std::string::npos);
    EXPECT_EQ(text({.subdivision = 64, .pulses = 5}), "");
    EXPECT_EQ(text({.motor = Motor::focus, .speed = 305, .pulses = 1}), "") << "the focus motor moves by one";
    const Message unended = Message(10100).set("id", 1).set("mode", 2).set("mStep", 1).set("speed", 1);
    const Message whole = Message(unended).set("accelStep", 0).set("direction", 0);
    EXPECT_NE(refusal(whole).find("pulse is missing"), std::string::npos);
    EXPECT_EQ(refusal(Message(whole).set("mode", 1)), "") << "continuous needs no pulses";
    EXPECT_NE(refusal(request::motor_turn(Motor::focus, Turn::clockwise)), "");
    request::Panorama panorama{.name = "DWARF_PANORAMA_1"};
    panorama.pitch.speed = 64001;
    EXPECT_NE(refusal(request::start_panorama(panorama)).find("speed2"), std::string::npos);
}

TEST(DwarfCheck, AGotoNeedsAPlaceAndDarksAnExposure) {
    Message go_to(11203);
    go_to.set("camId", 0).set("lon", 1).set("lat", 2).set("date", "2023-09-01 21:05:07").set("path", "DWARF_GOTO_1");
    EXPECT_NE(refusal(go_to).find("ra and dec are missing"), std::string::npos);
    EXPECT_NE(refusal(Message(go_to).set("ra", 1)), "");
    EXPECT_EQ(refusal(Message(go_to).set("ra", 1).set("dec", 2)), "");
    EXPECT_EQ(refusal(Message(go_to).set("planet", 3)), "") << "the older form, without ra and dec";
    EXPECT_NE(refusal(Message(go_to).set("planet", 3).set("date", "yesterday")).find("YYYY-MM-DD"), std::string::npos);
    Message darks(10026);
    darks.set("camId", 0).set("count", 40).set("name", "DWARF_DARK_1").set("binning", 0).set("darkGain", 3);
    EXPECT_NE(refusal(darks).find("darkExposure is missing"), std::string::npos);
    EXPECT_EQ(refusal(Message(darks).set("darkExp", 52)), "");
    // Seconds, as the tele camera has them: 99 would be taken for a gear, of 0.2 s.
    EXPECT_NE(refusal(Message(darks).set("darkExposure", 99)).find("0.0001 to 15 s expected"), std::string::npos);
    EXPECT_NE(refusal(Message(darks).set("darkExposure", 0)).find("0.0001 to 15 s expected"), std::string::npos);
    EXPECT_EQ(refusal(Message(darks).set("darkExposure", 0.5)), "");
}

TEST(DwarfCheck, NamesStayInTheirFolder) {
    for (const char* bad : {"", "../../etc/passwd", "a/b", "a\\b", ".hidden", "two\nlines"})
        EXPECT_NE(refusal(request::start_video(bad)), "") << bad;
    EXPECT_NE(refusal(request::start_video(std::string(256, 'x'))), "");
    EXPECT_EQ(refusal(request::take_raw({.target = "NGC 7000/IC 5070", .name = "DWARF_RAW_20230901"})), "")
        << "a target is no file name";
}

TEST(DwarfCheck, RawNamesAreThoseThatTheAlbumShows) {
    for (const char* bad : {"DWARF_RAW_M31_20230901210507", "DWARF_RAW_", "M31", "DWARF_DARK_20230901210507"})
        EXPECT_NE(refusal(request::take_raw({.name = bad})).find("album"), std::string::npos) << bad;
    EXPECT_EQ(refusal(request::take_raw({.name = "DWARF_RAW_20230901210507"})), "");
}

TEST(DwarfCheck, UnknownInterfacesOnlyWhenAskedFor) {
    const Message odd = Message(12345).set("what", "ever");
    EXPECT_NE(refusal(odd), "");
    EXPECT_EQ(refusal(odd, Unknown::allowed), "");
    EXPECT_EQ(refusal(Message(11410).set("extra", 1), Unknown::allowed), "");
    EXPECT_NE(refusal(request::gain(Lens::tele, 241), Unknown::allowed), "") << "ranges hold all the same";
}

TEST(DwarfCheck, NeverLetsAnUpdateOrAPushOut) {
    for (const Unknown unknown : {Unknown::refused, Unknown::allowed}) {
        EXPECT_NE(refusal(Message(11400), unknown).find("never sends"), std::string::npos);
        for (const int push : {10014, 10023, 11011}) EXPECT_NE(refusal(Message(push), unknown), "") << push;
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf
