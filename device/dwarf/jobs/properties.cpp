// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/properties.h"

#include <algorithm>

#include "device/dwarf/jobs/property_rows.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf::jobs {
namespace {

const PropertyWays& ways_of(std::string_view id) {
    const Property& row = scope_properties().at(id);
    return property_ways()[static_cast<std::size_t>(&row - scope_properties().rows().data())];
}

Message ask_about(int number, std::string_view id) {
    switch (number) {
        case 10022: return request::working_state();
        case 10027: return request::dark_gains(id == "darks.2x2" ? Binning::two : Binning::none);
        case 10215: return request::tele_state();
        case 10217: return request::wide_state();
        case 11003: return request::power();
        case 11405: return request::card_size();
        case 11407: return request::system_state();
        case 11409: return request::card_present();
        default: return request::version();
    }
}

constexpr int kMostRounds = 3;

bool among(const std::vector<std::int64_t>& codes, const Sent& sent) {
    std::optional<std::int64_t> code;
    if (sent.answered()) code = sent.code();
    if (sent.refusal && sent.refusal->code) code = *sent.refusal->code;  // known without asking
    return code && std::find(codes.begin(), codes.end(), *code) != codes.end();
}

// All steps once; nothing: they begin again.
std::optional<Outcome> take_steps(Driver& driver, const std::vector<SettingStep>& steps, const std::string& doing,
                                  bool last) {
    for (const SettingStep& step : steps) {
        // What a camera was closed for is finished, stop or not: a half way would leave it closed.
        const bool finishes = !step.again.empty();
        if (finishes)
            driver.rest_on(step.pause);
        else if (!driver.rest(step.pause))
            return stopped(doing + " was stopped half way");
        const Sent sent =
            finishes ? driver.insist_on(step.request, kReturnTime) : driver.insist(step.request, 3 * kAnswerTime);
        if (among(step.fine, sent)) continue;
        if (!last && among(step.again, sent)) return {};
        if (!sent.answered() || sent.code() != 0) return trouble(sent, doing);
    }
    return done(doing);
}

}  // namespace

const PropertyTable& scope_properties() {
    static const PropertyTable table(property_rows());
    return table;
}

std::optional<Message> question_for(std::string_view id) {
    const int number = ways_of(id).question;
    if (number == 0) return {};
    return ask_about(number, id);
}

std::optional<Known<PropertyValue>> known_value(std::string_view id, const ScopeState& state) {
    return ways_of(id).value(state);
}

std::vector<SettingStep> setting_steps(std::string_view id, const PropertyValue& value) {
    const PropertyWays& ways = ways_of(id);
    if (ways.steps == nullptr) throw OptionError(std::string(id) + " can be read only");
    check_value(scope_properties().at(id), value);
    std::vector<SettingStep> steps = ways.steps(value);
    // "temperature" says what the mode is; it is chosen by giving the temperature.
    if (std::holds_alternative<std::string>(value) && std::get<std::string>(value) == "temperature")
        throw OptionError(std::string(id) + ": set " + std::string(id.substr(0, id.find('.'))) +
                          ".colour-temperature instead");
    return steps;
}

Got get_property(Driver& driver, std::string_view id) {
    const std::string doing = "asking for " + std::string(id);
    if (const auto question = question_for(id)) {
        const Sent sent = driver.insist(*question, 2 * kAnswerTime);
        if (!sent.answered()) return {trouble(sent, doing), known_value(id, driver.state())};
        if (sent.code() != 0) return {failed_with(sent.code(), doing), known_value(id, driver.state())};
    }
    const auto value = known_value(id, driver.state());
    if (!value) return {unknown("the scope did not tell " + std::string(id)), {}};
    return {done(std::string(id) + " is " + format_value(scope_properties().at(id), value->value)), value};
}

Outcome set_property(Driver& driver, std::string_view id, const PropertyValue& value) {
    const std::string doing = "setting " + std::string(id);
    const std::vector<SettingStep> steps = setting_steps(id, value);
    std::optional<Outcome> outcome;
    for (int round = 1; !outcome; ++round) outcome = take_steps(driver, steps, doing, round == kMostRounds);
    if (outcome->kind != Outcome::Kind::done) return *outcome;
    return done(std::string(id) + " is " + format_value(scope_properties().at(id), value));
}

}  // namespace nightstack::device::dwarf::jobs
