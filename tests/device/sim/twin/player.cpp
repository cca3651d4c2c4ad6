// SPDX-License-Identifier: MIT
#include "tests/device/sim/twin/player.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "device/dwarf/protocol/json.h"
#include "device/targets/horizon.h"

namespace nightstack::device::sim::test {
namespace {

using namespace std::chrono;

const system_clock::time_point kEvening = sys_days(2023y / September / 1) + 21h;

std::string fixed(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.7f", value);
    return text.data();
}

std::string place_text(const Player& player) {
    return R"("lon":-9.0,"lat":48.0,"date":")" + date_text(kEvening + player.now) + R"(","path":"DWARF_GOTO_1")";
}

}  // namespace

TwinOptions options(std::string_view scenario, std::uint64_t seed) {
    TwinOptions o;
    o.seed = seed;
    o.scenario = scenario;
    o.switched_on = kEvening;
    return o;
}

Player::Player(const TwinOptions& o) : twin(o), me(twin.connect(now).value_or(kEveryClient)) {}

void Player::send(std::string_view text, bool binary) { twin.receive(me, text, binary, now); }

void Player::pass(SimTime span) {
    const SimTime end = now + span;
    while (true) {
        const auto due = twin.next_due();
        now = due && *due < end ? std::max(now, *due) : end;
        for (Outgoing& out : twin.take(now)) {
            const bool mine = out.to == me || out.to == kEveryClient;
            if (mine && out.what == Outgoing::What::text && out.bytes.starts_with("{")) {
                heard.push_back(dwarf::decode(out.bytes));
                heard_at.push_back(now);
            }
            raw.push_back(std::move(out));
        }
        if (now == end) return;
    }
}

void Player::pass_s(double seconds) { pass(SimTime(static_cast<SimTime::rep>(seconds * 1000))); }

std::vector<dwarf::Message> Player::ask(const std::string& text) {
    const std::size_t before = heard.size();
    const int number = dwarf::decode(text).interface();
    send(text);
    pass(SimTime(100));
    std::vector<dwarf::Message> answers;
    for (std::size_t i = before; i < heard.size(); ++i) {
        if (heard[i].interface() == number) answers.push_back(heard[i]);
    }
    return answers;
}

std::optional<std::int64_t> Player::code(const std::string& text) {
    const auto answers = ask(text);
    EXPECT_EQ(answers.size(), 1U) << text;
    return answers.empty() ? std::nullopt : answers.front().integer("code");
}

std::optional<dwarf::Message> Player::wait(int interface, std::int64_t code, double limit_s) {
    std::size_t from = heard.size();
    const SimTime end = now + SimTime(static_cast<SimTime::rep>(limit_s * 1000));
    while (now < end) {
        pass(SimTime(100));
        for (; from < heard.size(); ++from) {
            if (heard[from].interface() == interface && heard[from].integer("code") == code) return heard[from];
        }
    }
    return {};
}

std::vector<std::int64_t> Player::codes(int interface) const {
    std::vector<std::int64_t> all;
    for (const dwarf::Message& message : heard) {
        if (message.interface() == interface) all.push_back(message.integer("code").value_or(999));
    }
    return all;
}

nlohmann::json Player::state() { return nlohmann::json::parse(twin.state_json(now)); }

nlohmann::json Player::at(const std::string& pointer) { return state().at(nlohmann::json::json_pointer(pointer)); }

void Player::open() {
    EXPECT_EQ(code(R"({"interface":10000,"camId":0,"binning":1})"), 0);
    EXPECT_EQ(code(R"({"interface":10000,"camId":1,"binning":0})"), 0);
}

void Player::calibrate() {
    open();
    send(calibration_text(*this));
    EXPECT_TRUE(wait(11205, 1009, 300));
}

void Player::track() {
    calibrate();
    send(goto_text(*this));
    EXPECT_TRUE(wait(11203, 1005, 120));
}

std::string calibration_text(Player& player) { return R"({"interface":11205,"camId":0,)" + place_text(player) + "}"; }

std::string goto_text(Player& player, double altitude_deg, double azimuth_deg) {
    const Equatorial place = standing_at({altitude_deg, azimuth_deg}, 9, player.now);
    return R"({"interface":11203,"camId":0,)" + place_text(player) + R"(,"ra":)" + fixed(place.ra_deg / 15) +
           R"(,"dec":)" + fixed(place.dec_deg) + "}";
}

Equatorial standing_at(const AltAz& direction, double longitude_deg, SimTime now) {
    const Horizon horizon(Site{longitude_deg, 48, 300}, floor<milliseconds>(kEvening + now));
    return horizon.place_at(direction);
}

std::string date_text(system_clock::time_point utc) {
    const auto whole = floor<seconds>(utc);
    const year_month_day date(floor<days>(whole));
    const hh_mm_ss time(whole - floor<days>(whole));
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text.data();
}

}  // namespace nightstack::device::sim::test
