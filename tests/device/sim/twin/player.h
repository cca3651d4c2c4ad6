// SPDX-License-Identifier: MIT
// A client of the twin without sockets and without waiting: says something, lets the twin's time
// pass, keeps what it hears.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/dwarf/protocol/message.h"
#include "device/sim/twin/twin.h"
#include "device/targets/horizon.h"

namespace nightstack::device::sim::test {

// Without noise and losses, so that a test sees only its own doing.
inline constexpr std::string_view kQuiet =
    "[[fault]]\nname = \"ws.noise_push\"\nprobability = 0\n[[fault]]\nname = \"ws.lose_push\"\nprobability = 0\n";

TwinOptions options(std::string_view scenario = kQuiet, std::uint64_t seed = 1);

class Player {
public:
    explicit Player(const TwinOptions& o = options());

    Twin twin;
    SimTime now{};
    ClientId me = kEveryClient;
    std::vector<dwarf::Message> heard;  // by me, JSON only
    std::vector<SimTime> heard_at;
    std::vector<Outgoing> raw;  // everything that left, to anyone

    void send(std::string_view text, bool binary = false);
    void pass(SimTime span);  // lets time pass, taking whatever is due when it is due
    void pass_s(double seconds);

    // Sends, waits 100 ms, gives what was heard meanwhile of that request's number.
    std::vector<dwarf::Message> ask(const std::string& text);
    // The code of the only answer; fails the test when there is none or more.
    std::optional<std::int64_t> code(const std::string& text);
    // Until a message of that number and code comes, or nothing after `limit_s`.
    std::optional<dwarf::Message> wait(int interface, std::int64_t code, double limit_s);
    std::vector<std::int64_t> codes(int interface) const;  // all heard, in order

    nlohmann::json state();
    nlohmann::json at(const std::string& pointer);  // "/tele/gain"

    // Usual steps.
    void open();       // tele, and the wide camera
    void calibrate();  // opens as well
    void track();      // calibrates and goes to a star high up
};

// A place in the sky that stands 50 degrees high in the south, as the 11203 of a client without faults.
std::string goto_text(Player& player, double altitude_deg = 50, double azimuth_deg = 180);
// What stands there at 48 north, seen from the twin of options().
Equatorial standing_at(const AltAz& direction, double longitude_deg, SimTime now);
std::string calibration_text(Player& player);
std::string date_text(std::chrono::system_clock::time_point utc);

}  // namespace nightstack::device::sim::test
