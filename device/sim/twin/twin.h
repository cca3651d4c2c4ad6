// SPDX-License-Identifier: MIT
// The twin's brain: a DWARF II as its clients see it, without sockets and without a clock of its
// own. Bytes go in, frames come out when they are due; time is handed in, so that a night passes in
// a test within milliseconds and a seed repeats it exactly. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/model/target.h"

namespace nightstack::device::sim {

struct Exposed;  // exposed.h

using SimTime = std::chrono::milliseconds;  // since the twin was switched on, in the twin's own time
using ClientId = int;
inline constexpr ClientId kEveryClient = 0;  // pushes go to all sockets

enum class Persona { v1, v2 };

struct TwinOptions {
    Persona persona = Persona::v1;
    std::uint64_t seed = 1;
    Site site{9.0, 48.0, 300.0};
    std::chrono::system_clock::time_point switched_on{};  // the sky's time at SimTime 0
    std::string scenario;                                 // TOML text, "" none
    std::string firmware = "1.5.2";
    int battery_percent = 87;
    bool tell_exposures = false;  // somebody calls take_exposed(); otherwise nothing is kept for it
    bool counts_wait = false;     // and somebody calls developed(): a frame is counted (10014) when its file is whole
};

struct Outgoing {
    ClientId to = kEveryClient;
    enum class What { text, binary, close, drop } what = What::text;  // drop: the connection ends without a close frame
    std::string bytes;
};

enum class HttpService { control, version };  // :8092 and :9901
// What of the twin its streams of pictures depend on.
struct StreamState {
    bool reachable = true;
    bool v2 = false;
    bool tele_open = false, wide_open = false;
    int sockets = 0;     // WebSockets
    int quality = 60;    // of the JPEGs
    int raw_source = 0;  // of the RAW preview: 0 stack, 1 single frames, 2 composite
    int raw_taken = 0;   // frames of the RAW capture that goes on
    bool raw_goes_on = false;
};

struct HttpAnswer {
    int status = 200;  // 0: the twin cannot be reached now; the connection ends without an answer
    std::string type = "application/json";
    std::string body;
};

class Twin {
public:
    explicit Twin(const TwinOptions& options);  // throws OptionError for a scenario that cannot be, with its line
    ~Twin();
    Twin(Twin&&) noexcept;
    Twin& operator=(Twin&&) noexcept;

    // Nothing when the twin takes no connections now (rebooting, shut down, net.drop).
    std::optional<ClientId> connect(SimTime now);
    void disconnect(ClientId client, SimTime now);
    void receive(ClientId client, std::string_view bytes, bool binary, SimTime now);
    // The payload to send back in a Pong, which is empty as on the real device; nothing: no Pong at all.
    std::optional<std::string> pong(ClientId client, std::string_view ping_payload, SimTime now);

    // What is due until `now`, in order. Call after receive, and when next_due has come.
    std::vector<Outgoing> take(SimTime now);
    std::optional<SimTime> next_due() const;

    // What the cameras have taken since the last call, in order; needs TwinOptions::tell_exposures. Call after
    // take(); at most 1000 wait.
    std::vector<Exposed> take_exposed();
    // The picture of that exposure (Exposed::number) stands on the card, or (not `whole`) never will. Needed for those
    // of RAW captures with TwinOptions::counts_wait; others do no harm.
    void developed(std::uint64_t exposure, bool whole, SimTime now);
    // The card is in the scope and not handed to a computer (MTP).
    bool card_visible() const;

    StreamState streams(SimTime now) const;
    // What a camera's stream shows now; 0 tele, 1 wide. Nothing while it is closed.
    std::optional<Exposed> live(int camera, SimTime now) const;
    // Whether a fault of the streams (mjpeg.) strikes now; its count is lowered.
    bool stream_fault(std::string_view name, SimTime now);

    HttpAnswer get(HttpService service, std::string_view target, SimTime now);

    // The control plane (contracts: GET /sim/state, /sim/events?since=N, POST /sim/fault, /sim/power).
    std::string state_json(SimTime now) const;
    std::string events_json(std::uint64_t since) const;
    void add_fault(std::string_view json,
                   SimTime now);  // one [[fault]] as a JSON object; throws FormatError, OptionError
    // {"charging":0|1|2,"percent":N}, one or both; throws FormatError, OptionError
    void set_power(std::string_view json, SimTime now);
    bool shut_down() const;  // after 11004

private:
    class Brain;
    std::unique_ptr<Brain> brain_;
};

}  // namespace nightstack::device::sim
