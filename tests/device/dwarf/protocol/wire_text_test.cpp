// SPDX-License-Identifier: MIT
// Requests as the vendor's JavaScript library and the clients built on it are known to send them,
// against what our builders make: the same names, values and order, to the byte.
#include <gtest/gtest.h>

#include "device/dwarf/protocol/check.h"
#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/json.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

using namespace std::chrono_literals;
using namespace request;

struct Documented {
    std::string wire;
    Message ours;
};

const Utc kTime = std::chrono::sys_days(std::chrono::year(2023) / 9 / 1) + 21h + 5min + 7s;
const Site kMunich{11.5, 48.25, 0};

std::vector<Documented> camera_requests() {
    return {
        {R"({"interface":10000,"camId":0,"binning":1})", open_camera(Lens::tele, Binning::two)},
        {R"({"interface":10000,"camId":1,"binning":0})", open_camera(Lens::wide, Binning::none)},
        {R"({"interface":10017,"camId":0})", close_camera(Lens::tele)},
        {R"({"interface":10016,"value":60})", preview_quality(60)},
        {R"({"interface":10006,"camId":0,"mode":0,"count":1,"name":"DWARF_20230901210507"})",
         photo(Lens::tele, PhotoMode::single, 1, name_for(NameKind::photo, kTime))},
        {R"({"interface":10007,"camId":0,"name":"DWARF_20230901210507"})",
         start_video(name_for(NameKind::photo, kTime))},
        {R"({"interface":10009,"camId":0})", stop_video()},
        {R"({"interface":10018,"camId":0,"interval":5,"outTime":60,"name":"DWARF_TL_20230901210507"})",
         start_time_lapse(5s, 60s, name_for(NameKind::time_lapse, kTime))},
        {R"({"interface":10019,"camId":0})", stop_time_lapse()},
    };
}

std::vector<Documented> picture_requests() {
    return {
        {R"({"interface":10001,"camId":0,"mode":1})", exposure_mode(Lens::tele, ExposureMode::manual)},
        {R"({"interface":10003,"camId":0,"value":15})", exposure(Lens::tele, 15s)},
        {R"({"interface":10004,"camId":0,"mode":1})", gain_mode(Lens::tele, GainMode::manual)},
        {R"({"interface":10005,"camId":0,"value":80})", gain(Lens::tele, 80)},
        {R"({"interface":10203,"camId":0,"value":0})", ir_filter(IrFilter::cut)},
        {R"({"interface":10203,"camId":0,"value":3})", ir_filter(IrFilter::pass)},
        {R"({"interface":10204,"camId":0,"value":128})", brightness(Lens::tele, 128)},
        {R"({"interface":10205,"camId":1,"value":95})", contrast(Lens::wide, 95)},
        {R"({"interface":10206,"camId":1,"value":80})", saturation(Lens::wide, 80)},
        {R"({"interface":10207,"camId":1,"value":-2000})", hue(Lens::wide, -2000)},
        {R"({"interface":10208,"camId":0,"value":50})", sharpness(Lens::tele, 50)},
        {R"({"interface":10211,"camId":0,"mode":1,"centerX":0,"centerY":0})", autofocus_area(0, 0)},
        {R"({"interface":10211,"camId":0,"mode":0,"centerX":0,"centerY":0})", autofocus_global()},
        {R"({"interface":10031,"camId":0})", astro_autofocus()},
        {R"({"interface":10212,"camId":0,"mode":0})", white_balance_mode(Lens::tele, WhiteBalanceMode::automatic)},
        {R"({"interface":10213,"camId":0,"mode":3})", white_balance_scene(Lens::tele, WhiteBalanceScene::sunlight)},
        {R"({"interface":10214,"camId":0,"value":4500})", colour_temperature(Lens::tele, 4500)},
        {R"({"interface":10215,"camId":0})", tele_state()},
        {R"({"interface":10216,"camId":0})", ir_state()},
        {R"({"interface":10217,"camId":1})", wide_state()},
        {R"({"interface":10022,"camId":0})", working_state()},
    };
}

std::vector<Documented> sky_requests() {
    const Raw raw{.place = Equatorial{(9 + 45 / 60.0 + 51.10 / 3600) * 15, 23 + 46 / 60.0 + 27.0 / 3600},
                  .exposure = 15s,
                  .gain = 80,
                  .binning = Binning::two,
                  .count = 100,
                  .name = name_for(NameKind::raw, kTime)};
    const std::string path = name_for(NameKind::go_to, kTime);
    const Darks darks{.gains = {30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150},
                      .exposure = 15s,
                      .name = name_for(NameKind::dark, kTime)};
    return {
        {R"({"interface":11205,"camId":0,"lon":-11.5,"lat":48.25,"date":"2023-09-01 21:05:07","path":"DWARF_GOTO_20230901210507"})",
         calibrate(kMunich, kTime, path)},
        {R"({"interface":11203,"camId":0,"lon":-11.5,"lat":48.25,"date":"2023-09-01 21:05:07","path":"DWARF_GOTO_20230901210507","ra":0.7122222,"dec":41.269})",
         go_to({"M 31", Equatorial{10.683333, 41.269}}, kMunich, kTime, path)},
        {R"({"interface":11203,"camId":0,"lon":-11.5,"lat":48.25,"date":"2023-09-01 21:05:07","path":"DWARF_GOTO_20230901210507","planet":7,"ra":0,"dec":0})",
         go_to({"Moon", Planet::moon}, kMunich, kTime, path)},
        {R"({"interface":11204,"camId":0})", stop_goto()},
        {R"({"interface":10011,"camId":0,"target":"NULL","RA":"09h45m51.10s","DEC":"+23°46'27.0","exp":15,"gain":80,"binning":1,"count":100,"name":"DWARF_RAW_20230901210507","overlayCount":1,"format":0})",
         take_raw(raw)},
        {R"({"interface":10015,"camId":0})", stop_raw()},
        {R"({"interface":10020,"camId":0,"source":0})", preview_source(PreviewSource::stack)},
        // darkExp is ours in addition: the API text's name for the exposure
        {R"({"interface":10026,"camId":0,"count":40,"name":"DWARF_DARK_20230901210507","binning":0,"darkGain":65528,"darkExp":52,"darkExposure":15})",
         take_darks(darks)},
        {R"({"interface":10027,"camId":0,"binning":0})", dark_gains(Binning::none)},
    };
}

std::vector<Documented> motion_requests() {
    const MotorStart spin{.motor = Motor::spin,
                          .mode = MotorMode::continuous,
                          .subdivision = 1,
                          .speed = 1000,
                          .turn = Turn::anticlockwise,
                          .pulses = 2,
                          .acceleration = 20};
    const MotorStart focus{.motor = Motor::focus,
                           .mode = MotorMode::pulse,
                           .subdivision = 1,
                           .speed = 305,
                           .turn = Turn::clockwise,
                           .pulses = 1,
                           .acceleration = 0};
    const Panorama panorama{.rows = 3,
                            .columns = 4,
                            .spin = {64, 5000, 2, 20},
                            .pitch = {32, 4000, 3, 10},
                            .name = name_for(NameKind::panorama, kTime)};
    return {
        {R"({"interface":11200})", init_tracking()},
        {R"({"interface":11201,"camId":0,"x":100,"y":200,"w":50,"h":60})", start_tracking({100, 200, 50, 60})},
        {R"({"interface":11202,"camId":0})", stop_tracking()},
        {R"({"interface":10103,"row":3,"col":4,"mStep1":64,"mStep2":32,"speed1":5000,"speed2":4000,"pulse1":2,"pulse2":3,"imgPath":"DWARF_PANORAMA_20230901210507","accelStep1":20,"accelStep2":10})",
         start_panorama(panorama)},
        {R"({"interface":10106})", stop_panorama()},
        {R"({"interface":10100,"id":1,"mode":1,"mStep":1,"speed":1000,"accelStep":20,"direction":0,"pulse":2})",
         start_motor(spin)},
        {R"({"interface":10100,"id":3,"mode":2,"mStep":1,"speed":305,"accelStep":0,"direction":1,"pulse":1})",
         start_motor(focus)},
        {R"({"interface":10101,"id":1,"decelStep":20})", stop_motor(Motor::spin)},
        {R"({"interface":10101,"id":3,"decelStep":0})", stop_motor(Motor::focus, 0)},
        {R"({"interface":10107,"id":1,"speed":500,"accelStep":20,"trend":1})",
         motor_speed(Motor::spin, 500, 20, Trend::accelerate)},
        {R"({"interface":10108,"id":1,"direction":0})", motor_turn(Motor::spin, Turn::anticlockwise)},
        {R"({"interface":10109,"id":1,"mStep":8})", motor_subdivision(Motor::spin, 8)},
    };
}

std::vector<Documented> system_requests() {
    return {
        {R"({"interface":11003})", power()},
        {R"({"interface":11004})", shut_down()},
        {R"({"interface":11405})", card_size()},
        {R"({"interface":11407})", system_state()},
        {R"({"interface":11409})", card_present()},
        {R"({"interface":11410})", version()},
        {R"({"interface":11408})", mtp()},
        {R"({"interface":11000,"mode":96,"hue":1,"saturation":2,"value":3,"background":4,"delayTime":5,"breatheDelay":6,"cycleNum":7,"cycleFlag":0})",
         rgb({96, 1, 2, 3, 4, 5, 6, 7, 0})},
        {R"({"interface":11008})", rgb_off()},
        {R"({"interface":11009})", power_light(true)},
        {R"({"interface":11010})", power_light(false)},
    };
}

std::vector<Documented> all_requests() {
    std::vector<Documented> all;
    for (const auto& part :
         {camera_requests(), picture_requests(), sky_requests(), motion_requests(), system_requests()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

TEST(DwarfWireText, IsWhatRealClientsSend) {
    for (const Documented& one : all_requests()) {
        const Message expected = decode(one.wire);
        for (const Item& item : expected.items()) {
            const Value* value = one.ours.find(item.name);
            EXPECT_TRUE(value != nullptr && *value == item.value) << item.name << " of " << one.wire;
        }
        EXPECT_EQ(encode(one.ours), one.wire);
    }
}

TEST(DwarfWireText, PassesTheCheckBeforeSending) {
    for (const Documented& one : all_requests()) EXPECT_NO_THROW(check_request(one.ours)) << one.wire;
}

TEST(DwarfWireText, EveryInterfaceThatIsOfferedHasABuilder) {
    std::vector<int> built;
    for (const Documented& one : all_requests()) built.push_back(one.ours.interface());
    for (const Interface& row : interfaces()) {
        const bool has = std::find(built.begin(), built.end(), row.number) != built.end();
        EXPECT_EQ(has, row.request && row.offered) << row.number;
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf
