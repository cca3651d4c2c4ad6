// SPDX-License-Identifier: MIT
// A scope that goes, comes back, lies or falls silent in the middle of a capture: each scenario with several
// seeds. Whatever happens, 10011 goes out at most once, the job ends, and what it says is true to the twin.
#include "night.h"

namespace nightstack::device::dwarf::jobs {
namespace {

using Kind = Outcome::Kind;
using Messages = std::vector<Message>;

constexpr int kFrames = 12;
constexpr int kSeeds = 10;

struct Scenario {
    const char* name;
    void (*begin)(Night&);      // just before the capture
    std::vector<Kind> allowed;  // what the job may say; checked against the twin as well
    const char* word = "";      // must be among the words of at least one seed
};

void after(Night& night, Milliseconds time, const Message& of_other_client) {
    night.link.at(night.link.time() + time,
                  [&night, of_other_client] { night.peer.other_client(of_other_client, night.link.time()); });
}

bool is_count(const Message& m) { return m.interface() == 10014 || m.interface() == 10023; }

void swap_counts(Night& night) {
    night.peer.filter([held = Messages{}](const Message& m) mutable -> Messages {
        if (!is_count(m)) return {m};
        held.push_back(m);
        if (held.size() < 4) return {};
        Messages out(held.rbegin(), held.rend());
        held.clear();
        return out;
    });
}

void wrong_number(Night& night) {
    night.peer.filter([](const Message& m) -> Messages {
        if (m.interface() != 10011) return {m};
        return {Message(10012).set("camId", 0).set("code", 0)};
    });
}

void twice(Night& night) {
    night.peer.filter([](const Message& m) -> Messages { return {m, m}; });
}

// An old session's last count, told again at the start of this one.
void old_counts(Night& night) {
    night.peer.filter([](const Message& m) -> Messages {
        if (m.interface() != 10011) return {m};
        Message old(10014);
        old.set("code", 0).set("camId", 0).set("totalCount", kFrames).set("currentCount", kFrames);
        return {m, old, Message(10014).set("totalCount", 3).set("currentCount", 3)};
    });
}

void no_state(Night& night) {
    night.peer.filter([](const Message& m) -> Messages {
        if (m.interface() != 10022) return {m};
        return {Message(10022).set("camId", 0).set("photoState", 77)};
    });
}

void absurd_counts(Night& night) {
    night.peer.filter([](const Message& m) -> Messages {
        if (m.interface() != 10014) return {m};
        Message odd(10014);
        odd.set("code", -777).set("totalCount", kFrames).set("currentCount", std::int64_t{9'000'000'000'000'000});
        return {odd, Message(10014).set("currentCount", -5), Message(10023).set("stackedCount", "many"), m};
    });
}

void flapping(Night& night) {
    for (int i = 1; i < 15; ++i)
        night.link.at(night.link.time() + Milliseconds{5000 * i}, [&] { night.link.drop(Milliseconds{1000}); });
}

const Scenario kScenarios[] = {
    {"nothing happens", [](Night&) {}, {Kind::done}, "all 12"},
    {"restart in mid capture",
     [](Night& n) { n.fault(R"({"name":"reboot","frame":5})"); },
     {Kind::failed},
     "restarted"},
    {"restart before the first frame",
     [](Night& n) { n.fault(R"({"name":"reboot","interface":10011})"); },
     {Kind::failed, Kind::unknown},
     "restarted"},
    {"Wi-Fi away for 20 s", [](Night& n) { n.fault(R"({"name":"net.drop","frame":4,"for_s":20})"); }, {Kind::done}},
    {"Wi-Fi away beyond the end",
     [](Night& n) { n.fault(R"({"name":"net.drop","frame":4,"for_s":200})"); },
     {Kind::unknown},
     "Look there"},
    {"Wi-Fi away while starting",
     [](Night& n) { n.fault(R"({"name":"net.drop","interface":10011,"for_s":15})"); },
     {Kind::done, Kind::unknown}},
    {"closed with a close frame", [](Night& n) { n.fault(R"({"name":"ws.close","frame":3})"); }, {Kind::done}},
    {"closed without one",
     [](Night& n) { n.fault(R"({"name":"ws.close","frame":3,"args":{"how":"drop"}})"); },
     {Kind::done}},
    {"closed at the command", [](Night& n) { n.fault(R"({"name":"ws.close","interface":10011})"); }, {Kind::done}},
    {"closed at the last frame", [](Night& n) { n.fault(R"({"name":"ws.close","frame":12})"); }, {Kind::done}},
    {"closed again and again", flapping, {Kind::done, Kind::unknown}},
    {"silent for 20 s", [](Night& n) { n.fault(R"({"name":"ws.silent","frame":3,"for_s":20})"); }, {Kind::done}},
    {"silent and deaf for 20 s",
     [](Night& n) { n.fault(R"({"name":"ws.silent","frame":3,"for_s":20,"args":{"deaf":true}})"); },
     {Kind::done}},
    {"accepts and never answers",
     [](Night& n) { n.fault(R"({"name":"ws.silent","interface":10011,"for_s":600,"args":{"deaf":true}})"); },
     {Kind::unknown},
     "Look at the scope"},
    {"answers the command 7 s late",
     [](Night& n) { n.fault(R"({"name":"ws.late_reply","interface":10011,"args":{"ms":7000}})"); },
     {Kind::done}},
    {"answers all late now and then",
     [](Night& n) { n.fault(R"({"name":"ws.late_reply","probability":0.4,"args":{"ms":6500}})"); },
     {Kind::done}},
    {"wrong interface in the answer", wrong_number, {Kind::done}},
    {"everything twice", twice, {Kind::done}},
    {"counts in disorder", swap_counts, {Kind::done}},
    {"counts of an old capture", old_counts, {Kind::done}},
    {"absurd counts and unknown codes", absurd_counts, {Kind::done}},
    {"a state without meaning", no_state, {Kind::done, Kind::unknown}},
    {"camera closed by the app",
     [](Night& n) { after(n, Milliseconds{30000}, request::close_camera(Lens::tele)); },
     {Kind::done, Kind::failed}},
    {"stopped by the app",
     [](Night& n) { after(n, Milliseconds{30000}, request::stop_raw()); },
     {Kind::failed},
     "stopped elsewhere"},
    {"shut down by the app",
     [](Night& n) { after(n, Milliseconds{30000}, request::shut_down()); },
     {Kind::unknown, Kind::failed}},
    {"card removed", [](Night& n) { n.fault(R"({"name":"card.removed","frame":5})"); }, {Kind::failed}, "card"},
    {"all counts lost",
     [](Night& n) { n.peer.filter([](const Message& m) { return is_count(m) ? Messages{} : Messages{m}; }); },
     {Kind::done}},
};

void run(const Scenario& scenario, std::uint64_t seed, bool& word_seen) {
    Night night(seed);
    night.ready();
    scenario.begin(night);
    const Milliseconds before = night.link.time();
    const RawOutcome raw = night.raw(kFrames);
    SCOPED_TRACE(std::string(scenario.name) + ", seed " + std::to_string(seed) + ": " + raw.outcome.words + "\n" +
                 night.story());
    EXPECT_LE(night.link.sent(10011), 1);
    EXPECT_LT(night.link.time() - before, Milliseconds{600'000});
    EXPECT_GT(raw.outcome.words.size(), 15u);
    EXPECT_NE(std::find(scenario.allowed.begin(), scenario.allowed.end(), raw.outcome.kind), scenario.allowed.end());
    const double taken = night.truth("raw.taken");
    if (raw.outcome.kind == Kind::done) {
        EXPECT_EQ(taken, kFrames);
        EXPECT_EQ(night.truth("raw.running"), 0);
    }
    if (raw.outcome.kind == Kind::failed) {
        EXPECT_LT(taken, kFrames);
        EXPECT_EQ(night.truth("raw.running"), 0);
    }
    EXPECT_LE(raw.counted, kFrames);
    word_seen = word_seen || raw.outcome.words.find(scenario.word) != std::string::npos;
}

class DeviceLoss : public testing::TestWithParam<int> {};

TEST_P(DeviceLoss, EndsInWordsThatAreTrue) {
    const Scenario& scenario = kScenarios[GetParam()];
    bool word_seen = false;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) run(scenario, seed, word_seen);
    EXPECT_TRUE(word_seen) << scenario.name << " never said \"" << scenario.word << "\"";
}

std::string plain_name(const testing::TestParamInfo<int>& row) {
    std::string name = kScenarios[row.param].name;
    for (char& c : name) c = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, DeviceLoss, testing::Range(0, static_cast<int>(std::size(kScenarios))), plain_name);

// Every code of the API and some it does not know, as the answer to every command that a job begins with.
TEST(Codes, OfEveryRefusalReachTheUser) {
    std::vector<int> codes;
    for (int code = -64; code < 0; ++code) codes.push_back(code);
    codes.insert(codes.end(), {-65, -999, 7, 123456});
    Night ready;
    ready.ready();
    ASSERT_EQ(stop_all(ready.driver).kind, Kind::done);  // following the sky forbids some of them
    for (const int code : codes) {
        SCOPED_TRACE(code);
        ready.peer.answer(10011, Message(10011).set("camId", 0).set("code", code));
        ready.state = {};
        const RawOutcome raw = ready.raw();
        EXPECT_EQ(raw.outcome.kind, Kind::failed);
        EXPECT_EQ(raw.outcome.code, code);
        EXPECT_NE(raw.outcome.words.find(std::to_string(code)), std::string::npos) << raw.outcome.words;
        ready.peer.answer(10026, Message(10026).set("camId", 0).set("code", code));
        ready.state = {};
        EXPECT_EQ(ready.darks().code, code);
        ready.peer.answer(10103, Message(10103).set("code", code));
        ready.state = {};
        EXPECT_EQ(panorama(ready.driver, {{}, ready.utc()}).code, code);
        if (code > 0) continue;
        ready.peer.answer(11205, Message(11205).set("code", code));
        ready.state = {};
        EXPECT_EQ(ready.calibrate().code, code);
        ready.peer.answer(11203, Message(11203).set("code", code));
        ready.state = {};
        EXPECT_EQ(go_to(ready.driver, {kTarget, kSite, ready.utc(), true}).code, code);
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
