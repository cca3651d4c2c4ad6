// SPDX-License-Identifier: MIT
// For each state of the device: the calls that must be refused, with which code, and that all others pass.
#include "device/dwarf/jobs/guard.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/quirks.h"

namespace nightstack::device::dwarf::jobs {
namespace {

template <class T>
void know(Fact<T>& fact, T value) {
    fact = Known<T>{value, Moment{}};
}

// One request of every interface for the tele camera, with motor 1 where one is meant.
std::vector<Message> every_request() {
    std::vector<Message> all;
    for (const Interface& row : interfaces()) {
        if (!row.request) continue;
        Message m(row.number);
        if (row.cameras != Cameras::none) m.set("camId", row.cameras == Cameras::wide ? 1 : 0);
        if (row.number / 10 == 1010) m.set("id", 1);
        if (row.number == 10011) m.set("gain", 80).set("binning", 1);
        all.push_back(m);
    }
    return all;
}

const std::set<int> kSettings = {10001, 10003, 10004, 10005, 10203, 10204, 10205,
                                 10206, 10207, 10208, 10212, 10213, 10214, 10016};
const std::set<int> kToCard = {10006, 10007, 10018, 10011, 10103};
const std::set<int> kNeedCamera = {10006, 10007, 10018, 10011, 10026, 10103, 11203,
                                   11205, 10031, 10211, 11200, 11201, 10020};
const std::set<int> kNeedRest = {10006, 10007, 10018, 10011, 10026, 10103, 11203,
                                 11205, 10031, 10211, 11200, 11201, 11408, 10017};

using Refused = std::map<int, int>;  // interface -> code; kNoCode: none
constexpr int kNoCode = 1;

struct Row {
    const char* state;
    void (*set)(ScopeState&);
    std::vector<std::pair<std::set<int>, int>> refused;
};

Refused by_number(const Row& row) {
    Refused all;
    for (const auto& [numbers, code] : row.refused)
        for (const int number : numbers) all.emplace(number, code);
    for (const Interface& one : interfaces())
        if (one.request && !one.offered) all[one.number] = kNoCode;
    return all;
}

const std::vector<Row>& rows() {
    static const std::vector<Row> all = {
        {"nothing known", [](ScopeState&) {}, {}},
        {"open and idle",
         [](ScopeState& s) {
             know(s.tele_camera, CameraState::open);
             know(s.photo, PhotoState::idle);
             know(s.record, RecordState::idle);
             know(s.astro, AstroState::idle);
             know(s.track, TrackState::initialised);
         },
         {}},
        {"camera closed",
         [](ScopeState& s) { know(s.tele_camera, CameraState::closed); },
         {{kSettings, -2}, {kNeedCamera, -2}}},
        {"RAW",
         [](ScopeState& s) { know(s.photo, PhotoState::raw); },
         {{kNeedRest, -63}, {kSettings, -63}, {{10100}, -63}}},
        {"darks", [](ScopeState& s) { know(s.photo, PhotoState::dark); }, {{kNeedRest, -63}, {kSettings, -63}}},
        {"panorama",
         [](ScopeState& s) { know(s.photo, PhotoState::panorama); },
         {{{10103}, -8}, {kNeedRest, -40}, {{10100}, -40}}},
        {"photo", [](ScopeState& s) { know(s.photo, PhotoState::photo); }, {{kNeedRest, -4}}},
        {"video", [](ScopeState& s) { know(s.record, RecordState::video); }, {{kNeedRest, -3}}},
        {"time lapse", [](ScopeState& s) { know(s.record, RecordState::time_lapse); }, {{kNeedRest, -35}}},
        {"calibration runs",
         [](ScopeState& s) { know(s.astro, AstroState::correcting); },
         {{kNeedRest, -29}, {{10100}, -29}}},
        {"goto runs",
         [](ScopeState& s) { know(s.astro, AstroState::calculating); },
         {{kNeedRest, -28}, {{10100}, -28}}},
        {"goto stopping",
         [](ScopeState& s) { know(s.astro, AstroState::stopping); },
         {{kNeedRest, -31}, {{10100}, -31}}},
        {"follows the sky",
         [](ScopeState& s) { know(s.astro, AstroState::tracking); },
         {{{10100, 10103, 11201, 11205}, -30}}},
        {"follows a box",
         [](ScopeState& s) { know(s.track, TrackState::tracking); },
         {{{10011, 10103, 11201, 11203, 11205}, -15}}},
        {"calibration failed", [](ScopeState& s) { know(s.calibration, Calibration::failed); }, {{{11203}, -19}}},
        {"tracker missing", [](ScopeState& s) { know(s.track, TrackState::uninitialised); }, {{{11201}, -12}}},
        {"tracker starting", [](ScopeState& s) { know(s.track, TrackState::initialising); }, {{{11201}, -13}}},
        {"card lent", [](ScopeState& s) { know(s.mtp, true); }, {{kToCard, -23}}},
        {"no card", [](ScopeState& s) { know(s.card_present, false); }, {{kToCard, -23}}},
        {"no darks",
         [](ScopeState& s) {
             know(s.dark_gains[1], std::vector<int>{30, 40});
         },
         {{{10011}, -41}}},
        {"darks of the other binning", [](ScopeState& s) { know(s.dark_gains[0], std::vector<int>{30}); }, {}},
    };
    return all;
}

TEST(Guard, RefusesInEachStateWhatTheScopeWouldAndNothingElse) {
    for (const Row& row : rows()) {
        ScopeState state;
        row.set(state);
        const Refused expected = by_number(row);
        for (const Message& request : every_request()) {
            SCOPED_TRACE(std::string(row.state) + ", " + std::to_string(request.interface()));
            const auto refusal = refuse(state, request);
            const auto must = expected.find(request.interface());
            EXPECT_EQ(refusal.has_value(), must != expected.end());
            if (!refusal || must == expected.end()) continue;
            EXPECT_EQ(refusal->code.value_or(kNoCode), must->second);
            EXPECT_GT(refusal->words.size(), 20u);
        }
    }
}

TEST(Guard, RefusesEverythingAfterAShutDown) {
    ScopeState state;
    know(state.shut_down, true);
    for (const Message& request : every_request()) EXPECT_TRUE(refuse(state, request)) << request.interface();
}

TEST(Guard, KnowsTheCamerasApart) {
    ScopeState state;
    know(state.wide_camera, CameraState::closed);
    EXPECT_TRUE(refuse(state, Message(10003).set("camId", 1).set("value", 1)));
    EXPECT_FALSE(refuse(state, Message(10003).set("camId", 0).set("value", 1)));
    know(state.wide_camera, CameraState::open);
    know(state.tele_camera, CameraState::closed);
    EXPECT_FALSE(refuse(state, Message(10003).set("camId", 1).set("value", 1)));
    EXPECT_TRUE(refuse(state, Message(10003).set("camId", 0).set("value", 1)));
}

// What the answers to commands tell of the wide camera (guard.h), from no knowledge.
TEST(Guard, LearnsOfTheWideCameraFromAnswers) {
    const Message open = Message(10000).set("camId", 1), setting = Message(10005).set("camId", 1).set("value", 100);
    const auto known = [](const Message& request, int code, std::optional<CameraState> before = {}) {
        ScopeState state;
        if (before) know(state.wide_camera, *before);
        Message reply(request.interface());
        state.answered(request, reply.set("camId", 1).set("code", code), Moment{});
        EXPECT_FALSE(state.tele_camera) << "it is not the tele camera";
        return value_of(state.wide_camera);
    };
    EXPECT_EQ(known(open, 0), CameraState::open);
    EXPECT_EQ(known(open, -1), CameraState::open);
    EXPECT_EQ(known(open, -32), CameraState::closed);
    EXPECT_EQ(known(open, -33), CameraState::closed);
    EXPECT_EQ(known(open, -44), std::nullopt);
    EXPECT_EQ(known(Message(10017).set("camId", 1), 0), CameraState::closed);
    EXPECT_EQ(known(setting, 0), CameraState::open);
    EXPECT_EQ(known(setting, -2), CameraState::closed);
    EXPECT_EQ(known(setting, -63), std::nullopt);
    EXPECT_EQ(known(Message(10006).set("camId", 1), 0), CameraState::open);
    EXPECT_EQ(known(Message(10217).set("camId", 1), 0), std::nullopt) << "a question proves nothing";
}

TEST(Guard, SettingsToldOfTheWideCameraMakeClosedDoubtful) {
    ScopeState state;
    know(state.wide_camera, CameraState::closed);
    state.take(Message(10217).set("camId", 1).set("quality", 60), Moment{});
    EXPECT_EQ(value_of(state.wide_camera), CameraState::closed);
    state.take(Message(10217).set("camId", 1).set("gain", 100), Moment{});
    EXPECT_EQ(value_of(state.wide_camera), std::nullopt);
    EXPECT_FALSE(refuse(state, Message(10003).set("camId", 1).set("value", 1)));
}

TEST(Guard, LetsTheFocusMotorTurn) {
    ScopeState state;
    know(state.astro, AstroState::tracking);
    EXPECT_TRUE(refuse(state, Message(10100).set("id", 1)));
    EXPECT_FALSE(refuse(state, Message(10100).set("id", 3)));
}

TEST(Guard, EveryRuleIsVisited) {
    std::set<std::string_view> visited;
    const auto visit = [&](const ScopeState& state) {
        for (const GuardRule& rule : guard_rules())
            for (const Message& request : every_request())
                if (rule.concerns(request) && rule.holds(state, request)) visited.insert(rule.name);
    };
    for (const Row& row : rows()) {
        ScopeState state;
        row.set(state);
        visit(state);
    }
    ScopeState off;
    know(off.shut_down, true);
    visit(off);
    EXPECT_EQ(visited.size(), guard_rules().size());
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
