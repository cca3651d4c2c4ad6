// SPDX-License-Identifier: MIT
// Fuzz entry for what a scope reads; how to run it stands in fuzz_dwarf.h.
#include <cmath>
#include <span>
#include <string>

#include "device/dwarf/protocol/bluetooth.h"
#include "device/dwarf/protocol/check.h"
#include "device/dwarf/protocol/http_calls.h"
#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/json.h"
#include "device/dwarf/protocol/quirks.h"
#include "pipeline/core/error.h"
#include "tests/device/dwarf/protocol/fuzz_dwarf.h"

namespace nightstack::device::dwarf::fuzz {
namespace {

bool passes(const Message& request, Unknown unknown) {
    try {
        check_request(request, unknown);
        return true;
    } catch (const OptionError& e) {
        check_words(e.what());
        return false;
    }
}

void check_meaning(const Message& m) {
    if (const auto site = site_of(m)) demand(std::abs(site->longitude_deg) <= 180, "a place on Earth");
    if (const auto place = place_of(m)) {
        if (const auto* where = std::get_if<Equatorial>(&*place))
            demand(where->ra_deg >= 0 && where->ra_deg <= 360 && std::abs(where->dec_deg) <= 90, "a place in the sky");
    }
    if (const auto dark = dark_exposure_of(m)) demand(dark->count() > 0 && dark->count() <= 15, "a dark exposure");
    if (const auto date = m.text("date"); date && utc_of_date(*date))
        demand(wire_date(*utc_of_date(*date)) == *date, "dates come back");
    for (const char* name : {"RA", "DEC"}) {
        const std::string text = m.text(name).value_or("");
        ra_deg_of_text(text);
        dec_deg_of_text(text);
    }
}

void read_request(const std::string& bytes) {
    try {
        const Message request = decode(bytes);
        check_round_trip(request);
        check_meaning(request);
        const bool strict = passes(request, Unknown::refused);
        demand(!strict || passes(request, Unknown::allowed), "raw refuses nothing that strict lets pass");
        const Interface* row = find_interface(request.interface());
        demand(!strict || (row != nullptr && row->offered && row->request), "only what is offered goes out");
    } catch (const FormatError& e) {
        check_words(e.what());
    }
}

}  // namespace

void dwarf_command(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    read_request(bytes);
    read_target(bytes);
    try {
        const BleRequest request = decode_ble(std::span(data, size));
        const Bytes again = encode_ble(request);
        demand(std::equal(again.begin(), again.end(), data, data + size), "a packet has one form");
    } catch (const FormatError& e) {
        check_words(e.what());
    }
}

}  // namespace nightstack::device::dwarf::fuzz

#ifdef NIGHTSTACK_FUZZ_ENTRY
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    nightstack::device::dwarf::fuzz::dwarf_command(data, size);
    return 0;
}
#endif
