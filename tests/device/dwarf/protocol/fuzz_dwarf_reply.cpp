// SPDX-License-Identifier: MIT
// Fuzz entry for what a client reads; how to run it stands in fuzz_dwarf.h.
#include <span>
#include <string>

#include "device/dwarf/protocol/bluetooth.h"
#include "device/dwarf/protocol/codes.h"
#include "device/dwarf/protocol/dialect.h"
#include "device/dwarf/protocol/http_calls.h"
#include "device/dwarf/protocol/json.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/replies.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"
#include "tests/device/dwarf/protocol/fuzz_dwarf.h"

namespace nightstack::device::dwarf::fuzz {
namespace {

void read_all(const Message& m) {
    reply::tele_state(m);
    reply::wide_state(m);
    reply::ir_state(m);
    reply::working_state(m);
    reply::progress(m);
    reply::stacked_count(m);
    reply::system_state(m);
    reply::power(m);
    reply::charging(m);
    reply::card_size(m);
    reply::card_present(m);
    reply::version(m);
    reply::motor(m);
    if (const auto box = reply::tracked(m).box) demand(box->width >= -1920 && box->width <= 3840, "a sane box");
    if (const auto gains = reply::dark_gains(m).gains) demand(gains->size() <= 25, "25 gains");
    if (const auto code = code_of(m)) {
        describe_code(*code);
        step_of(m.interface(), *code);
    }
}

void match(const Message& m) {
    demand(answers(m, m) != Match::no, "a message answers its own number");
    answers(request::start_motor({}), m);
}

void read_frame(bool binary, const std::string& bytes) {
    try {
        const Message message = v1_dialect().decode({binary, bytes});
        check_round_trip(message);
        read_all(message);
        match(message);
    } catch (const FormatError& e) {
        check_words(e.what());
    } catch (const DeviceError& e) {
        demand(binary, "only a binary frame is another dialect");
        check_words(e.what());
    }
}

}  // namespace

void dwarf_reply(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    read_frame(false, bytes);
    read_frame(true, bytes);
    result_code(bytes);
    result_text(bytes);
    try {
        decode_ble_reply(bytes);
    } catch (const FormatError& e) {
        check_words(e.what());
    }
    try {
        const BleFrame frame = decode_ble_v2(std::span(data, size));
        const Bytes again = encode_ble_v2(frame);
        demand(std::equal(again.begin(), again.end(), data, data + size), "a frame has one form");
    } catch (const FormatError& e) {
        check_words(e.what());
    }
}

}  // namespace nightstack::device::dwarf::fuzz

#ifdef NIGHTSTACK_FUZZ_ENTRY
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    nightstack::device::dwarf::fuzz::dwarf_reply(data, size);
    return 0;
}
#endif
