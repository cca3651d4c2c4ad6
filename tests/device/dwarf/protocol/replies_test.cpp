// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/replies.h"

#include <gtest/gtest.h>

#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/json.h"

namespace nightstack::device::dwarf::reply {
namespace {

TEST(DwarfReplies, TeleState) {
    const TeleState state = tele_state(decode(
        R"({"camId":0,"interface":10215,"expMode":1,"exp":0.01,"gainMode":1,"gain":80,"awbMode":0,"awbCT":4500,"irState":3,)"
        R"("quality":60,"brightness":128,"contrast":1,"hue":2,"saturation":3,"sharpness":50})"));
    EXPECT_EQ(state.exposure_mode, ExposureMode::manual);
    EXPECT_EQ(state.exposure, Seconds(0.01));
    EXPECT_EQ(state.gain_mode, GainMode::manual);
    EXPECT_EQ(state.gain, 80);
    EXPECT_EQ(state.white_balance_mode, WhiteBalanceMode::automatic);
    EXPECT_EQ(state.colour_temperature, 4500);
    EXPECT_EQ(state.ir_filter, IrFilter::pass);
    EXPECT_EQ(state.quality, 60);
    EXPECT_EQ(state.brightness, 128);
    EXPECT_EQ(state.contrast, 1);
    EXPECT_EQ(state.hue, 2);
    EXPECT_EQ(state.saturation, 3);
    EXPECT_EQ(state.sharpness, 50);
}

TEST(DwarfReplies, WideState) {
    const WideState state = wide_state(decode(
        R"({"interface":10217,"camId":1,"expMode":3,"exp":1,"gain":64,"awbMode":1,"awbCT":6000,"brightness":-64,)"
        R"("contrast":95,"saturation":100,"hue":-2000,"sharpness":7,"gamma":100})"));
    EXPECT_EQ(state.exposure_mode, ExposureMode::automatic) << "3 is auto here";
    EXPECT_EQ(state.exposure, Seconds(1));
    EXPECT_EQ(state.gain, 64);
    EXPECT_EQ(state.white_balance_mode, WhiteBalanceMode::manual);
    EXPECT_EQ(state.colour_temperature, 6000);
    EXPECT_EQ(state.brightness, -64);
    EXPECT_EQ(state.contrast, 95);
    EXPECT_EQ(state.saturation, 100);
    EXPECT_EQ(state.hue, -2000);
    EXPECT_EQ(state.sharpness, 7);
    EXPECT_EQ(state.gamma, 100);
}

TEST(DwarfReplies, WorkingState) {
    const WorkingState state = working_state(decode(
        R"({"camId":0,"interface":10022,"camState":1,"photoState":3,"recordState":2,"trackState":4,"astroState":1})"));
    EXPECT_EQ(state.camera, CameraState::open);
    EXPECT_EQ(state.photo, PhotoState::raw);
    EXPECT_EQ(state.record, RecordState::time_lapse);
    EXPECT_EQ(state.track, TrackState::stopped);
    EXPECT_EQ(state.astro, AstroState::tracking);
    EXPECT_EQ(working_state(Message(10022).set("astroState", 4)).astro, AstroState::calculating);
    EXPECT_EQ(working_state(Message(10022).set("astroState", 3)).astro, AstroState::idle);
}

TEST(DwarfReplies, Pushes) {
    const RawCount raw =
        raw_count(decode(R"({"interface":10014,"code":0,"camId":0,"totalCount":100,"currentCount":7})"));
    EXPECT_EQ(raw.total, 100);
    EXPECT_EQ(raw.current, 7);
    EXPECT_EQ(raw.code, 0);
    EXPECT_EQ(stacked_count(decode(R"({"interface":10023,"code":0,"camId":0,"stackedCount":5})")).stacked, 5);
    EXPECT_EQ(charging(decode(R"({"interface":11011,"value":2})")), ChargeState::quick);
    const Tracked box = tracked(decode(R"({"interface":11201,"camId":0,"x":-5,"y":2,"w":3,"h":4,"code":0})"));
    EXPECT_EQ(box.box, (Box{-5, 2, 3, 4})) << "a box may hang over the edge";
    const Progress step = progress(decode(R"({"interface":11205,"code":1001,"value":2})"));
    EXPECT_EQ(step.code, 1001);
    EXPECT_EQ(step.phase, 2);
}

TEST(DwarfReplies, Motors) {
    const MotorReply end = motor(decode(R"({"interface":10100,"motorId":3,"code":-22,"limit":1})"));
    EXPECT_EQ(end.motor, Motor::focus);
    EXPECT_EQ(end.code, -22);
    EXPECT_EQ(end.limit, 1);
    const MotorReply stopped = motor(decode(R"({"motorId":1,"interface":10101,"runMode":0,"numSteps":512,"code":0})"));
    EXPECT_EQ(stopped.ran, MotorMode::pulse);
    EXPECT_EQ(stopped.steps, 512);
    EXPECT_EQ(motor(decode(R"({"id":2,"interface":10107,"code":0})")).motor, Motor::pitch);
    EXPECT_EQ(motor(decode(R"({"motorId":2,"interface":10108,"direction":1})")).turn, Turn::clockwise);
}

TEST(DwarfReplies, System) {
    const SystemState state = system_state(decode(
        R"({"interface":11407,"chargeState":1,"tfState":1,"powerIndState":0,"ele":73,"fwVersion":"1.5.2","cpuMode":1,"mtpMode":0})"));
    EXPECT_EQ(state.charge, ChargeState::slow);
    EXPECT_EQ(state.card, true);
    EXPECT_EQ(state.power_light, false);
    EXPECT_EQ(state.percent, 73);
    EXPECT_EQ(state.firmware, "1.5.2");
    EXPECT_EQ(state.fast_cpu, true);
    EXPECT_EQ(state.mtp, false);
    EXPECT_EQ(power(decode(R"({"interface":11003,"value":100,"code":0})")).percent, 100);
    EXPECT_EQ(card_size(decode(R"({"interface":11405,"size":64,"avail":12})")).available, 12);
    const CardSize fractions = card_size(decode(R"({"interface":11405,"size":59.48,"avail":12.75})"));
    EXPECT_EQ(fractions.size, 59);
    EXPECT_EQ(fractions.available, 12);
    EXPECT_FALSE(card_size(decode(R"({"interface":11405,"size":1e300,"avail":"12"})")).size);
    EXPECT_EQ(card_present(decode(R"({"interface":11409,"value":1,"code":0})")), true);
    EXPECT_EQ(version(decode(R"({"interface":11410,"version":"1.5.2","code":0})")), "1.5.2");
    EXPECT_EQ(ir_state(decode(R"({"interface":10216,"value":0})")), IrFilter::cut);
    const DarkGains darks = dark_gains(decode(R"({"interface":10027,"value":3,"code":0,"camId":0,"binning":1})"));
    EXPECT_EQ(darks.gains, (std::vector<int>{0, 10}));
    EXPECT_EQ(darks.binning, Binning::two);
    EXPECT_EQ(code_of(decode(R"({"interface":10011,"camId":0,"code":-41})")), -41);
}

// Whatever a scope puts into its fields or leaves out of them: nothing throws, nothing is made up.
TEST(DwarfReplies, OddFieldsReadAsNothing) {
    for (const Value& odd : {Value(std::int64_t{77}), Value(std::int64_t{-1}), Value(std::string("1")), Value(1.5),
                             Value(true), Value(RawJson{"null"}), Value(std::int64_t{1} << 60)}) {
        Message message(1);
        for (const Interface& row : interfaces()) {
            for (const Field& field : row.reply_fields) message.set(field.name, odd);
        }
        EXPECT_FALSE(tele_state(message).exposure_mode);
        EXPECT_FALSE(tele_state(message).ir_filter);
        const WorkingState state = working_state(message);
        EXPECT_FALSE(state.camera || state.photo || state.record || state.track || state.astro);
        EXPECT_FALSE(charging(message));
        EXPECT_FALSE(motor(message).motor);
        EXPECT_FALSE(motor(message).ran);
        EXPECT_FALSE(system_state(message).card);
        EXPECT_FALSE(card_present(message));
        EXPECT_FALSE(dark_gains(message).binning);
        tracked(message);
        wide_state(message);
    }
    EXPECT_FALSE(tracked(decode(R"({"interface":11201,"x":1,"y":2,"w":3})")).box) << "a side is missing";
    EXPECT_FALSE(tracked(decode(R"({"interface":11201,"x":1,"y":2,"w":3,"h":4000000000})")).box);
}

TEST(DwarfReplies, EmptyMessagesReadAsNothing) {
    const Message empty(1);
    EXPECT_FALSE(code_of(empty));
    EXPECT_FALSE(tele_state(empty).gain);
    EXPECT_FALSE(wide_state(empty).gain);
    EXPECT_FALSE(dark_gains(empty).gains);
    EXPECT_FALSE(power(empty).percent);
    EXPECT_FALSE(version(empty));
}

}  // namespace
}  // namespace nightstack::device::dwarf::reply
