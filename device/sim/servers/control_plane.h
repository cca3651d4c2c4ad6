// SPDX-License-Identifier: MIT
// The twin's control plane: GET /sim/state, /sim/events?since=N, /sim/clock; POST /sim/fault,
// /sim/power, /sim/clock {"speed":X}, /sim/quit. Answers are JSON; what cannot be is 400 with {"error":"..."}.
// The loop's thread.
#pragma once

#include <functional>

#include "device/sim/servers/pump.h"
#include "io/http/server.h"

namespace nightstack::device::sim {

class ControlPlane {
public:
    // `quit` is called by POST /sim/quit. Device and pump have to outlive it.
    ControlPlane(SimDevice& device, Pump& pump, std::function<void()> quit);
    io::HttpResponse answer(const io::HttpRequest& request);

private:
    io::HttpResponse read(const io::HttpRequest& request);
    io::HttpResponse act(const io::HttpRequest& request);
    io::HttpResponse events(const io::HttpRequest& request) const;
    io::HttpResponse clock() const;
    void set_clock(const std::string& body);

    SimDevice& device_;
    Pump& pump_;
    std::function<void()> quit_;
};

}  // namespace nightstack::device::sim
