// SPDX-License-Identifier: MIT
// Fuzz entry for what clients send to the twin. Replayed over damaged requests by hostile_test; for
// real fuzzing, with clang, configure as in tests/io/fits/fuzz_fits.cpp and
//
//   cmake --build build/fuzz --target fuzz_twin
//   mkdir -p build/fuzz/found-twin
//   build/fuzz/tests/device/sim/twin/fuzz_twin -max_total_time=60 -max_len=4096 build/fuzz/found-twin
#include "tests/device/sim/twin/fuzz_twin.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "device/dwarf/protocol/json.h"
#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {
namespace {

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

void listen(Twin& twin, SimTime now) {
    for (const Outgoing& out : twin.take(now)) {
        if (out.what == Outgoing::What::text) dwarf::decode(out.bytes);  // throws, and ends the process
        demand(out.bytes.size() <= dwarf::kMaxMessageBytes, "small frames");
    }
}

constexpr std::string_view kBefore[] = {
    "",
    R"({"interface":10000,"camId":0})",
    R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":5})",
    R"({"interface":11205,"camId":0,"lon":-9,"lat":48})",
    R"({"interface":11200})",
    R"({"interface":10100,"id":1,"mode":1,"mStep":1,"speed":1000})",
};

}  // namespace
}  // namespace nightstack::device::sim

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nightstack::device::sim;
    if (size == 0) return 0;
    Twin twin{TwinOptions{}};
    SimTime now{};
    const ClientId client = twin.connect(now).value();
    twin.receive(client, kBefore[1], false, now);
    twin.receive(client, kBefore[data[0] % std::size(kBefore)], false, now);
    std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    for (int i = 0; i < 64 && !rest.empty(); ++i) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        twin.receive(client, line, false, now);
        now += SimTime(1 << (i % 14));
        listen(twin, now);
    }
    twin.get(HttpService::control, rest, now);
    demand(!twin.state_json(now).empty(), "a state");
    demand(!twin.events_json(0).empty(), "events");
    return 0;
}
