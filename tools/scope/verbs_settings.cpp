// SPDX-License-Identifier: MIT
// scope get, set, autofocus: what can be read of the scope and set on it, by the table of properties.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "device/dwarf/jobs/properties.h"
#include "device/dwarf/protocol/check.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/scope/options.h"
#include "tools/scope/verbs.h"

namespace nightstack::tools {

using namespace device::dwarf;
using device::Property;
using device::PropertyValue;

namespace {

std::string json_value(const PropertyValue& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* text = std::get_if<std::string>(&value)) return json_text(*text);
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.17g", std::get<double>(value));
    return buffer;
}

// "tele.exposure         0.0001 to 15 s, or auto   exposure of the tele camera"
std::string table_of_properties() {
    std::string text = "Properties:\n";
    for (const Property& row : jobs::scope_properties().rows()) {
        std::string id(row.id), range = device::describe_range(row);
        id.resize(std::max<std::size_t>(id.size() + 1, 24), ' ');
        if (!row.writable()) range += range.empty() ? "read only" : ", read only";
        text += "  " + id + std::string(row.text) + (range.empty() ? "" : ": " + range) + "\n";
    }
    return text;
}

void tell_value(ScopeCall& call, const Property& row, const jobs::Got& got) {
    const bool known = got.value.has_value();
    call.talk().event(event_line("value", {{"id", json_text(row.id)},
                                           {"value", known ? json_value(got.value->value) : "null"},
                                           {"unit", json_text(row.unit)},
                                           {"text", json_text(printable(got.outcome.words))}}));
    if (call.options().json) return;
    std::string id(row.id);
    id.resize(std::max<std::size_t>(id.size() + 1, 24), ' ');
    call.talk().result(id + (known ? printable(device::format_value(row, got.value->value)) : "unknown") + "\n");
}

int get(const std::vector<std::string>& names, const ScopeFlags& flags, const std::stop_token& stop) {
    std::vector<const Property*> rows;
    for (const std::string& name : names) rows.push_back(&jobs::scope_properties().at(name));
    const bool all = rows.empty();
    for (const Property& row : jobs::scope_properties().rows())
        if (all && row.readable()) rows.push_back(&row);
    ScopeCall call("get", flags, stop);
    call.meet();
    int code = kDone;
    for (const Property* row : rows) {
        if (stop.stop_requested()) throw Interrupted();
        const jobs::Got got = jobs::get_property(call.driver(), row->id);
        tell_value(call, *row, got);
        // Of a list of all, a scope need not tell every one.
        if (got.outcome.kind != jobs::Outcome::Kind::done && !all) {
            call.talk().warn(printable(got.outcome.words));
            code = kDevice;
        }
    }
    return code;
}

void add_get(Verbs& verbs) {
    const auto names = std::make_shared<std::vector<std::string>>();
    CLI::App& app =
        verbs.add("get", "Read settings and state",
                  [names](const ScopeFlags& flags, const std::stop_token& stop) { return get(*names, flags, stop); });
    app.add_option("NAME", *names, "of a property; without one all are read")->type_name("");
    app.footer(table_of_properties);
}

struct Wish {
    const Property* row = nullptr;
    PropertyValue value;
};

// All words are understood before the first is sent.
std::vector<Wish> wishes(const std::vector<std::string>& words) {
    std::vector<Wish> list;
    for (const std::string& word : words) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos)
            throw OptionError("scope set " + printable(word) + ": NAME=VALUE expected, for example tele.gain=80");
        const Property& row = jobs::scope_properties().at(word.substr(0, equals));
        if (!row.writable()) throw OptionError(std::string(row.id) + " can only be read");
        list.push_back({&row, device::parse_value(row, word.substr(equals + 1))});
    }
    return list;
}

int set(const std::vector<std::string>& words, const ScopeFlags& flags, const std::stop_token& stop) {
    const std::vector<Wish> list = wishes(words);
    ScopeCall call("set", flags, stop);
    call.meet();
    std::string told;
    for (const Wish& wish : list) {
        const jobs::Outcome outcome = jobs::set_property(call.driver(), wish.row->id, wish.value);
        if (outcome.kind != jobs::Outcome::Kind::done) return call.finish(outcome);
        told += (told.empty() ? "" : "; ") + outcome.words;
        call.driver().rest(jobs::kIspSpacing);
    }
    return call.finish(jobs::done(told));
}

void add_set(Verbs& verbs) {
    const auto words = std::make_shared<std::vector<std::string>>();
    CLI::App& app = verbs.add("set", "Change settings", [words](const ScopeFlags& flags, const std::stop_token& stop) {
        return set(*words, flags, stop);
    });
    app.add_option("NAME=VALUE", *words, "of a property, several allowed")->required()->type_name("");
    app.footer(
        [] { return "Example: nightstack scope set tele.exposure=1/400 tele.gain=80\n" + table_of_properties(); });
}

struct FocusOptions {
    std::string area;
    bool astro = false;
};

Message focus_request(const FocusOptions& o) {
    if (o.astro) return request::astro_autofocus();
    if (o.area.empty()) return request::autofocus_global();
    int x = 0, y = 0;
    char rest = 0;
    if (std::sscanf(o.area.c_str(), "%5d,%5d%c", &x, &y, &rest) != 2)
        throw OptionError("--area " + printable(o.area) + ": X,Y in the 1920x1080 picture expected");
    return request::autofocus_area(x, y);
}

void add_autofocus(Verbs& verbs) {
    const auto o = std::make_shared<FocusOptions>();
    CLI::App& app = verbs.add_connected(
        "autofocus", interface_help(10211),
        [o](ScopeCall& call) {
            constexpr Milliseconds kFocusing{120000};  // the scope answers when it is done
            call.talk().say("focusing");
            const jobs::Sent sent = call.driver().send(focus_request(*o), kFocusing);
            if (sent.answered() && sent.code() == 0) return call.finish(jobs::done("focused"));
            return call.finish(jobs::trouble(sent, "focusing"));
        },
        [o] { check_request(focus_request(*o)); });
    CLI::Option* area = app.add_option("--area", o->area, "on this point of the 1920x1080 picture, X,Y");
    area->type_name("X,Y");
    app.add_flag("--astro", o->astro, interface_help(10031))->excludes(area);
}

}  // namespace

void add_settings_verbs(Verbs& verbs) {
    add_get(verbs);
    add_set(verbs);
    add_autofocus(verbs);
}

}  // namespace nightstack::tools
