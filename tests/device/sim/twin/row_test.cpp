// SPDX-License-Identifier: MIT
// Every number of the table: asked once in a state where it may be, answered as documented, and
// what it changes is to be seen in the state. A number that is missing here fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "device/dwarf/protocol/interface_table.h"
#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

enum class Before { nothing, open, init, tracking_box, motor, video, time_lapse, panorama, raw };

struct Case {
    int interface;
    Before before;
    const char* request;
    const char* answer;   // the first message of that number without `interface`; "" silence
    const char* pointer;  // into the state afterwards, "" none
    const char* value;    // expected there
    double after_s = 0;   // to wait before looking
};

constexpr const char* kDone = R"({"camId":0,"code":0})";

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        {10000, Before::nothing, R"({"interface":10000,"camId":0,"binning":0})", kDone, "/tele/binning", "0"},
        {10000, Before::nothing, R"({"interface":10000})", kDone, "/tele/open", "true"},
        {10000, Before::nothing, R"({"interface":10000,"camId":1})", R"({"camId":1,"code":0})", "/wide/open", "true"},
        {10000, Before::open, R"({"interface":10000,"camId":0})", R"({"camId":0,"code":-1})", "", ""},
        {10000, Before::nothing, R"({"interface":10000,"camId":2})", "", "/tele/open", "false"},
        {10017, Before::open, R"({"interface":10017,"camId":0})", kDone, "/tele/open", "false", 1},
        {10017, Before::nothing, R"({"interface":10017,"camId":0})", R"({"camId":0,"code":-2})", "", ""},
        {10016, Before::open, R"({"interface":10016,"value":45})", R"({"code":0})", "/tele/quality", "45"},
        {10001, Before::open, R"({"interface":10001,"camId":0,"mode":1})", kDone, "/tele/exposure_mode", "1"},
        {10001, Before::open, R"({"interface":10001,"camId":1,"mode":1})", R"({"camId":1,"code":0})",
         "/wide/exposure_mode", "1"},
        {10001, Before::open, R"({"interface":10001,"camId":0,"mode":3})", "", "/tele/exposure_mode", "0"},
        {10003, Before::open, R"({"interface":10003,"camId":0,"value":15})", kDone, "/tele/exposure_s", "15"},
        {10003, Before::open, R"({"interface":10003,"camId":0,"value":99})", kDone, "/tele/exposure_s", "15"},
        {10003, Before::open, R"({"interface":10003,"camId":1,"value":5})", R"({"camId":1,"code":0})",
         "/wide/exposure_s", "1"},
        {10003, Before::open, R"({"interface":10003,"camId":0,"value":"5"})", "", "/tele/gain", "60"},
        {10004, Before::open, R"({"interface":10004,"camId":0,"mode":1})", kDone, "/tele/gain_mode", "1"},
        {10005, Before::open, R"({"interface":10005,"camId":0,"value":80})", kDone, "/tele/gain", "80"},
        {10005, Before::open, R"({"interface":10005,"camId":1,"value":80})", R"({"camId":1,"code":0})", "/wide/gain",
         "80"},
        {10203, Before::open, R"({"interface":10203,"camId":0,"value":3})", kDone, "/tele/ir", "3"},
        {10204, Before::open, R"({"interface":10204,"camId":1,"value":-64})", R"({"camId":1,"code":0})",
         "/wide/brightness", "-64"},
        {10205, Before::open, R"({"interface":10205,"camId":0,"value":7})", kDone, "/tele/contrast", "7"},
        {10206, Before::open, R"({"interface":10206,"camId":0,"value":8})", kDone, "/tele/saturation", "8"},
        {10207, Before::open, R"({"interface":10207,"camId":0,"value":9})", kDone, "/tele/hue", "9"},
        {10208, Before::open, R"({"interface":10208,"camId":0,"value":10})", kDone, "/tele/sharpness", "10"},
        {10211, Before::open, R"({"interface":10211,"camId":0,"mode":1,"centerX":960,"centerY":540})", kDone,
         "/focus/runs", "1", 6},
        {10031, Before::open, R"({"interface":10031,"camId":0})", kDone, "/focus/runs", "1", 25},
        {10212, Before::open, R"({"interface":10212,"camId":0,"mode":1})", kDone, "/tele/white_balance_mode", "1"},
        {10213, Before::open, R"({"interface":10213,"camId":0,"mode":4})", kDone, "/tele/colour_temperature_k", "6500"},
        {10214, Before::open, R"({"interface":10214,"camId":0,"value":4500})", kDone, "/tele/colour_temperature_k",
         "4500"},
        {10215, Before::open, R"({"interface":10215,"camId":0})",
         R"({"camId":0,"expMode":0,"exp":0.03333333333333333,"gainMode":0,"gain":60,"awbMode":0,"awbCT":5200,
             "irState":0,"quality":60,"brightness":128,"contrast":128,"hue":128,"saturation":128,"sharpness":50})",
         "", ""},
        {10215, Before::nothing, R"({"interface":10215,"camId":0})", R"({"camId":0,"quality":60})", "", ""},
        {10216, Before::open, R"({"interface":10216,"camId":0})", R"({"value":0})", "", ""},
        {10217, Before::open, R"({"interface":10217,"camId":1})",
         R"({"camId":1,"expMode":3,"exp":0.1,"gain":64,"awbMode":0,"awbCT":5200,"brightness":0,"contrast":0,
             "saturation":80,"hue":0,"sharpness":2,"gamma":100})",
         "", ""},
        {10022, Before::raw, R"({"interface":10022,"camId":0})",
         R"({"camId":0,"camState":1,"photoState":3,"recordState":0,"trackState":0,"astroState":3})", "", ""},
        {10022, Before::nothing, R"({"interface":10022,"camId":1})", "", "", ""},
        {10006, Before::open, R"({"interface":10006,"camId":0,"mode":1,"count":3,"name":"DWARF_1"})", kDone,
         "/sessions/photos", "3", 3},
        {10006, Before::open, R"({"interface":10006,"camId":1,"name":"DWARF_1"})", R"({"camId":1,"code":0})",
         "/sessions/wide_photos", "1", 1},
        {10006, Before::nothing, R"({"interface":10006,"camId":1})", R"({"camId":1,"code":-2})",
         "/sessions/wide_photos", "0", 1},
        {10007, Before::open, R"({"interface":10007,"camId":0,"name":"DWARF_1"})", kDone, "/working/recordState", "1"},
        {10009, Before::video, R"({"interface":10009,"camId":0})", kDone, "/sessions/videos", "1"},
        {10018, Before::open, R"({"interface":10018,"camId":0,"interval":5,"outTime":60,"name":"DWARF_TL_1"})", kDone,
         "/working/recordState", "2"},
        {10019, Before::time_lapse, R"({"interface":10019,"camId":0})", kDone, "/sessions/time_lapses", "1"},
        {11205, Before::open, "calibration", R"({"code":1000})", "/astro/state", R"("calibrating")"},
        {11203, Before::open, "goto", R"({"code":-19})", "/astro/state", R"("idle")"},
        {11204, Before::open, R"({"interface":11204,"camId":0})", R"({"code":1008})", "", ""},
        {10011, Before::open,
         R"({"interface":10011,"camId":0,"exp":15,"gain":80,"binning":1,"count":3,"name":"../../etc"})", kDone,
         "/raw/name", R"("DWARF_RAW_20230901000000")"},
        {10014, Before::raw, "", R"({"code":0,"camId":0,"totalCount":50,"currentCount":1})", "/raw/taken", "1", 18},
        {10023, Before::raw, "", R"({"code":0,"camId":0,"stackedCount":1})", "/raw/stacked", "1", 18},
        {10015, Before::raw, R"({"interface":10015,"camId":0})", kDone, "/raw/running", "false"},
        {10015, Before::raw, R"({"interface":10015})", "", "/raw/running", "true"},
        {10020, Before::raw, R"({"interface":10020,"camId":0,"source":1})", kDone, "/raw/source", "1"},
        {10026, Before::open,
         R"({"interface":10026,"camId":0,"count":5,"name":"DWARF_DARK_1","binning":0,"darkGain":256,"darkExp":40})",
         kDone, "/darks/exposure_s", "1"},
        {10026, Before::open, R"({"interface":10026,"camId":0,"binning":0,"darkGain":0,"darkExp":40})",
         R"({"camId":0,"code":-42})", "", ""},
        {10027, Before::open, R"({"interface":10027,"camId":0,"binning":1})",
         R"({"value":65528,"code":0,"camId":0,"binning":1})", "", ""},
        {11200, Before::open, R"({"interface":11200})", kDone, "/tracker/state", "2", 2},
        {11201, Before::init, R"({"interface":11201,"camId":0,"x":100,"y":200,"w":50,"h":60})",
         R"({"camId":0,"x":100,"y":200,"w":50,"h":60,"code":0})", "/tracker/state", "3"},
        {11202, Before::tracking_box, R"({"interface":11202})", kDone, "/tracker/state", "4"},
        {10103, Before::open,
         R"({"interface":10103,"row":3,"col":4,"mStep1":64,"mStep2":64,"speed1":1000,"speed2":1000,"pulse1":11264,
             "pulse2":6400,"imgPath":"DWARF_PANORAMA_1","accelStep1":20,"accelStep2":20})",
         R"({"code":0})", "/panorama/columns", "4"},
        {10106, Before::panorama, R"({"interface":10106})", R"({"code":0})", "/panorama/running", "false"},
        {10100, Before::nothing,
         R"({"interface":10100,"id":1,"mode":1,"mStep":1,"speed":1000,"accelStep":20,"direction":0,"pulse":2})",
         R"({"motorId":1,"code":0})", "/motors/spin/running", "true"},
        {10101, Before::motor, R"({"interface":10101,"id":1,"decelStep":20})",
         R"({"motorId":1,"runMode":1,"numSteps":1000,"code":0})", "/motors/spin/running", "false"},
        {10101, Before::nothing, R"({"interface":10101,"id":2,"decelStep":20})",
         R"({"motorId":2,"runMode":0,"numSteps":0,"code":-6})", "", ""},
        {10107, Before::motor, R"({"interface":10107,"id":1,"speed":500,"accelStep":20,"trend":0})",
         R"({"id":1,"code":0})", "/motors/spin/speed", "500"},
        {10108, Before::nothing, R"({"interface":10108,"id":2,"direction":1})",
         R"({"motorId":2,"direction":1,"code":0})", "/motors/pitch/direction", "1"},
        {10108, Before::motor, R"({"interface":10108,"id":1,"direction":1})",
         R"({"motorId":1,"direction":0,"code":-9})", "", ""},
        {10109, Before::nothing, R"({"interface":10109,"id":1,"mStep":8})", R"({"motorId":1,"code":0})",
         "/motors/spin/micro_steps", "8"},
        {10109, Before::nothing, R"({"interface":10109,"id":1,"mStep":7})", R"({"motorId":1,"code":-7})", "", ""},
        {11003, Before::nothing, R"({"interface":11003})", R"({"value":87,"code":0})", "/battery/percent", "87"},
        {11004, Before::nothing, R"({"interface":11004})", R"({"code":0})", "/shut_down", "true", 3},
        {11011, Before::nothing, "noise", R"({"value":0})", "/battery/charging", "0"},
        {11405, Before::nothing, R"({"interface":11405})", R"({"size":60,"avail":51})", "", ""},
        {11407, Before::nothing, R"({"interface":11407})",
         R"({"chargeState":0,"tfState":1,"powerIndState":1,"ele":87,"fwVersion":"1.5.2","cpuMode":0,"mtpMode":0})", "",
         ""},
        {11409, Before::nothing, R"({"interface":11409})", R"({"value":1,"code":0})", "", ""},
        {11410, Before::nothing, R"({"interface":11410})", R"({"version":"1.5.2","code":0})", "", ""},
        {11408, Before::nothing, R"({"interface":11408})", R"({"code":0})", "/card/usable", "false"},
        {11400, Before::nothing, R"({"interface":11400})", "", "/firmware", R"("1.5.2")"},
        {11000, Before::nothing,
         R"({"interface":11000,"mode":96,"hue":10,"saturation":20,"value":30,"background":1,"delayTime":5,
             "breatheDelay":6,"cycleNum":7,"cycleFlag":1})",
         R"({"code":0})", "/rgb/saturation", "20"},
        {11008, Before::nothing, R"({"interface":11008})", R"({"code":0})", "/rgb/on", "false"},
        {11009, Before::nothing, R"({"interface":11009})", R"({"code":0})", "/indicator", "1"},
        {11010, Before::nothing, R"({"interface":11010})", R"({"code":0})", "/indicator", "0"},
    };
    return all;
}

void prepare(Player& p, Before before) {
    if (before == Before::nothing) return;
    if (before == Before::motor) {
        EXPECT_EQ(p.code(R"({"interface":10100,"id":1,"mode":1,"mStep":1,"speed":1000,"direction":0})"), 0);
        return p.pass(SimTime(900));  // and 100 for the answer
    }
    p.open();
    const char* requests[] = {"",
                              "",
                              R"({"interface":11200})",
                              R"({"interface":11200})",
                              "",
                              R"({"interface":10007,"camId":0})",
                              R"({"interface":10018,"camId":0,"interval":5,"outTime":60})",
                              R"({"interface":10103,"row":2,"col":2,"mStep1":1,"mStep2":1,"pulse1":100,"pulse2":100})",
                              R"({"interface":10011,"camId":0,"exp":15,"gain":80,"binning":1,"count":50})"};
    const std::string request = requests[static_cast<int>(before)];
    if (!request.empty()) {
        EXPECT_EQ(p.code(request), 0);
    }
    if (before == Before::init || before == Before::tracking_box) p.pass_s(2);
    if (before == Before::tracking_box) p.ask(R"({"interface":11201,"camId":0,"x":10,"y":10,"w":10,"h":10})");
}

// Without the number itself, which the list is sorted by anyway.
nlohmann::json as_json(const dwarf::Message& message) {
    nlohmann::json json = nlohmann::json::object();
    for (const dwarf::Item& item : message.items())
        std::visit(
            [&](const auto& v) {
                using T = std::decay_t<decltype(v)>;
                if constexpr (std::is_same_v<T, dwarf::RawJson>)
                    json[item.name] = nlohmann::json::parse(v.text);
                else
                    json[item.name] = v;
            },
            item.value);
    return json;
}

// The twin says nothing that the table does not know. `code` may stand anywhere.
void expect_known_fields(const dwarf::Message& message) {
    const dwarf::Interface* row = dwarf::find_interface(message.interface());
    ASSERT_NE(row, nullptr) << message.interface();
    for (const dwarf::Item& item : message.items()) {
        const bool known =
            std::ranges::find(row->reply_fields, item.name, &dwarf::Field::name) != row->reply_fields.end();
        EXPECT_TRUE(known || item.name == "code") << message.interface() << " says " << item.name;
    }
}

void run(const Case& one) {
    SCOPED_TRACE(std::to_string(one.interface) + " " + one.request);
    Player p(
        options(one.interface == 11011 ? "[[fault]]\nname = \"ws.noise_push\"\nargs = {interface = 11011}\n" : kQuiet));
    prepare(p, one.before);
    p.heard.clear();
    std::string request = one.request;
    if (request == "calibration") request = calibration_text(p);
    if (request == "goto") request = goto_text(p);
    if (request == "noise") request = R"({"interface":11409})";
    if (!request.empty()) p.send(request);
    p.pass_s(0.1 + one.after_s);
    const auto answer = std::ranges::find(p.heard, one.interface, &dwarf::Message::interface);
    if (std::string(one.answer).empty()) {
        EXPECT_EQ(answer, p.heard.end());
    } else if (answer == p.heard.end()) {
        ADD_FAILURE() << "no answer";
    } else {
        EXPECT_EQ(as_json(*answer), nlohmann::json::parse(one.answer));
    }
    for (const dwarf::Message& message : p.heard) expect_known_fields(message);
    if (std::string(one.pointer).empty()) return;
    EXPECT_EQ(p.at(one.pointer), nlohmann::json::parse(one.value)) << one.pointer;
}

TEST(Row, EveryNumberAnswersAndShowsItsEffect) {
    std::set<int> seen;
    for (const Case& one : cases()) {
        run(one);
        seen.insert(one.interface);
    }
    for (const dwarf::Interface& row : dwarf::interfaces()) EXPECT_TRUE(seen.contains(row.number)) << row.number;
}

// What nobody knows a scope to answer, the twin is silent to.
TEST(Row, UnknownNumbersAreNotAnswered) {
    Player p;
    for (int number = 9990; number < 11'500; ++number) {
        if (dwarf::find_interface(number) != nullptr) continue;
        EXPECT_TRUE(p.ask("{\"interface\":" + std::to_string(number) + "}").empty()) << number;
    }
    EXPECT_TRUE(p.heard.empty());
}

}  // namespace
}  // namespace nightstack::device::sim::test
