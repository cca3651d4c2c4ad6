// SPDX-License-Identifier: MIT
// scope send, record, replay: the wire itself.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "device/dwarf/protocol/check.h"
#include "device/dwarf/protocol/describe.h"
#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/json.h"
#include "device/dwarf/protocol/words.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/number_between.h"
#include "tools/cli/option_text.h"
#include "tools/scope/message_text.h"
#include "tools/scope/options.h"
#include "tools/scope/replay_server.h"
#include "tools/scope/verbs.h"
#include "tools/scope/watching.h"

namespace nightstack::tools {

using namespace device::dwarf;

namespace {

struct SendOptions {
    std::string text, about;
    bool unchecked = false;
    double wait_s = 5;
};

Message message_of(const SendOptions& o) {
    try {
        const Message message = decode(o.text);
        // Never, whatever the user says: a firmware update can leave a scope dead.
        const Interface* row = find_interface(message.interface());
        if (row != nullptr && !row->offered)
            throw OptionError("scope send: " + std::to_string(message.interface()) + " " + std::string(row->key) +
                              " is never sent from here; use the vendor's app");
        if (!o.unchecked) check_request(message, Unknown::allowed);
        return message;
    } catch (const FormatError& e) {
        throw OptionError("scope send: the text is no message, " + printable(e.what()) +
                          "; write for example '{\"interface\":10022,\"camId\":0}'");
    }
}

// By number or key: 10011 or raw.take.
int tell_about(const std::string& word, Talk& talk) {
    const auto number = number_of<int>(word);
    const Interface* row = number ? find_interface(*number) : find_interface(std::string_view(word));
    if (row == nullptr)
        throw OptionError("scope send --about " + printable(word) +
                          ": no such interface; docs/dwarf-api.md lists them");
    talk.event(
        event_line("interface", {{"number", std::to_string(row->number)}, {"text", json_text(help_text(*row))}}));
    if (!talk.json()) talk.result(help_text(*row));
    return kDone;
}

int send(const SendOptions& o, const ScopeFlags& flags, const std::stop_token& stop) {
    if (!o.about.empty()) {
        Talk talk(flags.loudness(), flags.json);
        return tell_about(o.about, talk);
    }
    if (o.text.empty()) throw OptionError("scope send: a message or --about NUMBER expected");
    const Message message = message_of(o);
    ScopeCall call("send", flags, stop);
    call.reach();  // no question of our own beside the message
    const Milliseconds wait(static_cast<std::int64_t>(o.wait_s * 1000));
    const Reply reply = o.unchecked ? call.ask_unchecked(message, wait) : call.link().ask(message, wait);
    if (reply.fate == Reply::Fate::unsent) call.meet();  // says why, in words
    if (reply.message) {
        call.talk().event(event_line(
            "reply", {{"message", encode(*reply.message)}, {"text", json_text(message_text(*reply.message))}}));
        if (!flags.json) call.talk().result(message_text(*reply.message) + "\n");
        return kDone;
    }
    return call.finish(jobs::unknown("sent; no answer within " + number_text(o.wait_s) + " s"));
}

void add_send(Verbs& verbs) {
    const auto o = std::make_shared<SendOptions>();
    CLI::App& app =
        verbs.add("send", "Send one message as it is and show the answer",
                  [o](const ScopeFlags& flags, const std::stop_token& stop) { return send(*o, flags, stop); });
    app.add_option("MESSAGE", o->text, "JSON with the field interface")->type_name("");
    app.add_option("--about", o->about, "tell what is known of an interface, by number or key, and send nothing")
        ->type_name("N");
    app.add_flag("--unchecked", o->unchecked, "do not hold fields and ranges against what is known");
    app.add_option("--timeout", o->wait_s, "seconds to wait for the answer")
        ->check(number_between(0.1, 600.0))
        ->capture_default_str()
        ->type_name("S");
    app.footer("Example: nightstack scope send '{\"interface\":10022,\"camId\":0}'\nFirmware updates are never sent.");
}

void add_record(Verbs& verbs) {
    struct Options {
        std::filesystem::path file;
        std::string until;
    };
    const auto o = std::make_shared<Options>();
    CLI::App& app = verbs.add("record", "Write all traffic with the scope to a file, for a bug report",
                              [o](ScopeFlags flags, const std::stop_token& stop) {
                                  const Until until(o->until);
                                  flags.record = o->file;
                                  ScopeCall call("record", flags, stop);
                                  call.meet();
                                  const auto pushes = watch(call, until);
                                  // Ctrl-C is the usual end.
                                  return call.end_recording("recorded " + std::to_string(pushes) + " messages in " +
                                                            printable(o->file.string()));
                              });
    app.add_option("FILE", o->file, "a new file")->required()->type_name("");
    app.add_option("--until", o->until, "seconds=S, pushes=N, frames=N or end (of a capture); without it until Ctrl-C")
        ->type_name("WHEN");
    app.footer("Every verb takes --record FILE as well. --mask leaves out site, zone, host and passwords.");
}

struct ReplayOptions {
    std::filesystem::path file;
    std::string serve;
    double speed = 1;
};

ReplayServerOptions server_options(const ReplayOptions& o) {
    ReplayServerOptions server;
    server.speed = o.speed;
    const std::size_t colon = o.serve.rfind(':');
    const auto port = number_of<int>(std::string_view(o.serve).substr(colon == std::string::npos ? 0 : colon + 1));
    if (colon != std::string::npos) server.address = bind_address(std::string_view(o.serve).substr(0, colon));
    if (!port || *port < 0 || *port > 65535)
        throw OptionError("--serve " + printable(o.serve) +
                          ": PORT or ADDRESS:PORT expected, for example 127.0.0.1:9900");
    server.port = *port;
    return server;
}

void show(const WireFile& file, Talk& talk) {
    talk.event(event_line("recording", {{"program", json_text(file.program)},
                                        {"started", json_text(file.started)},
                                        {"masked", file.masked ? "true" : "false"}}));
    if (!talk.json())
        talk.result("recorded by " + printable(file.program) + ", " + printable(file.started) +
                    (file.masked ? ", masked" : "") + "\n");
    for (const WireLine& line : file.lines) {
        const std::string text =
            line.way == WireLine::Way::note ? printable(line.bytes) : frame_text(line.bytes, line.binary);
        char time[32];
        std::snprintf(time, sizeof time, "%9.3f", line.at_s);
        const std::string_view arrow = line.way == WireLine::Way::sent       ? "-->"
                                       : line.way == WireLine::Way::received ? "<--"
                                                                             : "   ";
        talk.event(event_line(
            "wire", {{"t", std::to_string(line.at_s)}, {"way", json_text(name(line.way))}, {"text", json_text(text)}}));
        if (!talk.json()) talk.result(std::string(time) + " " + std::string(arrow) + " " + text + "\n");
    }
}

void add_replay(Verbs& verbs) {
    const auto o = std::make_shared<ReplayOptions>();
    CLI::App& app = verbs.add("replay", "Show a recording, or play its scope to a client",
                              [o](const ScopeFlags& flags, const std::stop_token& stop) {
                                  Talk talk(flags.loudness(), flags.json);
                                  const WireFile file = read_wire_file(o->file);
                                  if (o->serve.empty())
                                      show(file, talk);
                                  else
                                      serve_replay(file, server_options(*o), talk, stop);
                                  return static_cast<int>(kDone);
                              });
    app.add_option("FILE", o->file, "a recording")->required()->type_name("");
    app.add_option("--serve", o->serve, "answer a client as the scope did then, at PORT or ADDRESS:PORT (0: any port)")
        ->type_name("PORT");
    app.add_option("--speed", o->speed, "so many times faster")
        ->check(number_between(0.01, 10000.0))
        ->capture_default_str()
        ->type_name("X");
}

}  // namespace

void add_wire_verbs(Verbs& verbs) {
    add_send(verbs);
    add_record(verbs);
    add_replay(verbs);
}

}  // namespace nightstack::tools
