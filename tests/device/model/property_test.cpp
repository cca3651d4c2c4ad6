// SPDX-License-Identifier: MIT
#include "device/model/property.h"

#include <gtest/gtest.h>

#include "pipeline/core/error.h"

namespace nightstack::device {
namespace {

constexpr PropertyWord kAuto[] = {{"auto", "the scope decides"}};
constexpr PropertyWord kFilters[] = {{"cut", "infrared is kept out"}, {"pass", ""}};
constexpr Property kRows[] = {
    {"exposure", PropertyType::real, "s", 0.0001, 15, 0, kAuto, Access::read_write, "of one frame"},
    {"gain", PropertyType::integer, "", 0, 240, 10, kAuto, Access::read_write, "of the sensor"},
    {"ir", PropertyType::choice, "", {}, {}, 0, kFilters, Access::write, "filter"},
    {"light", PropertyType::flag, "", {}, {}, 0, {}, Access::read_write, "power light"},
    {"firmware", PropertyType::text, "", {}, {}, 0, {}, Access::read, "version"},
};
constexpr PropertyTable kTable(kRows);

TEST(Property, ReadsTextByTheRow) {
    EXPECT_EQ(parse_value(kTable.at("exposure"), "15"), PropertyValue(15.0));
    EXPECT_EQ(parse_value(kTable.at("exposure"), "15 s"), PropertyValue(15.0));
    EXPECT_EQ(parse_value(kTable.at("exposure"), "1/400"), PropertyValue(0.0025));
    EXPECT_EQ(parse_value(kTable.at("exposure"), "auto"), PropertyValue(std::string("auto")));
    EXPECT_EQ(parse_value(kTable.at("gain"), "80"), PropertyValue(std::int64_t{80}));
    EXPECT_EQ(parse_value(kTable.at("ir"), "pass"), PropertyValue(std::string("pass")));
    EXPECT_EQ(parse_value(kTable.at("light"), "on"), PropertyValue(true));
    EXPECT_EQ(parse_value(kTable.at("light"), "0"), PropertyValue(false));
    EXPECT_EQ(parse_value(kTable.at("firmware"), "1.5.2"), PropertyValue(std::string("1.5.2")));
}

TEST(Property, RefusesWhatTheRowDoesNotTake) {
    const std::pair<const char*, const char*> wrong[] = {
        {"exposure", "16"}, {"exposure", "1/0"}, {"exposure", "nan"}, {"exposure", ""},     {"exposure", "long"},
        {"gain", "85"},     {"gain", "250"},     {"gain", "8.0"},     {"gain", "-10"},      {"gain", "manual"},
        {"ir", "0"},        {"ir", ""},          {"light", "maybe"},  {"exposure", "15 h"}, {"exposure", "1e999"},
    };
    for (const auto& [id, text] : wrong) EXPECT_THROW(parse_value(kTable.at(id), text), OptionError) << id << text;
    EXPECT_THROW(check_value(kTable.at("gain"), 80.0), OptionError);
    EXPECT_THROW(check_value(kTable.at("light"), std::int64_t{1}), OptionError);
    EXPECT_THROW(check_value(kTable.at("ir"), true), OptionError);
    EXPECT_NO_THROW(check_value(kTable.at("exposure"), std::int64_t{15}));
}

TEST(Property, SaysWhatItTakes) {
    try {
        parse_value(kTable.at("gain"), "85");
        FAIL();
    } catch (const OptionError& error) {
        EXPECT_STREQ(error.what(), "gain: \"85\" is not possible; it takes 0 to 240 in steps of 10, or auto");
    }
    EXPECT_EQ(describe_range(kTable.at("ir")), "cut or pass");
    EXPECT_EQ(describe_range(kTable.at("exposure")), "0.0001 to 15 s, or auto");
    EXPECT_EQ(format_value(kTable.at("exposure"), 0.0025), "0.0025 s");
    EXPECT_EQ(format_value(kTable.at("light"), true), "on");
}

TEST(Property, NamesNearRows) {
    try {
        kTable.at("exp");
        FAIL();
    } catch (const OptionError& error) {
        EXPECT_STREQ(error.what(), "no property \"exp\"; did you mean exposure");
    }
    EXPECT_THROW(kTable.at(""), OptionError);
    EXPECT_EQ(kTable.find("Gain"), nullptr);
}

}  // namespace
}  // namespace nightstack::device
