// SPDX-License-Identifier: MIT
#include "tools/scope/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <optional>
#include <string_view>

#include "device/dwarf/protocol/check.h"
#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/words.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/scope/verbs.h"

namespace nightstack::tools {

using device::Lens;
using device::dwarf::allows;
using device::dwarf::Binning;
using device::dwarf::Field;
using device::dwarf::limits_text;
using device::dwarf::Seconds;

namespace {

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

}  // namespace

std::string lens_word(Lens lens) { return lens == Lens::wide ? "wide" : "tele"; }

void add_lens_option(CLI::App& app, Lens& lens) {
    app.add_option_function<std::string>(
           "--camera", [&lens](const std::string& word) { lens = word == "wide" ? Lens::wide : Lens::tele; },
           "tele or wide")
        ->check(one_of_words({"tele", "wide"}))
        ->default_str("tele")
        ->type_name("NAME");
}

void add_binning_option(CLI::App& app, Binning& binning, const std::string& text) {
    app.add_option_function<std::string>(
           "--binning",
           [&binning](const std::string& word) {
               binning = word == "2x2" || word == "2" ? Binning::two : Binning::none;
           },
           text)
        ->check(one_of_words({"1x1", "2x2", "1", "2"}))
        ->default_str(binning == Binning::two ? "2x2" : "1x1")
        ->type_name("NxN");
}

void add_stop_flag(CLI::App& app, bool& stop, const std::string& text) { app.add_flag("--stop", stop, text); }

void add_field_option(CLI::App& app, const std::string& flag, int& value, int interface, std::string_view field,
                      const std::string& text) {
    app.add_option(flag, value, text.empty() ? field_help(interface, field) : text)
        ->check(field_range(interface, field))
        ->capture_default_str()
        ->type_name("N");
}

CLI::Validator field_range(int interface, std::string_view field) {
    const Field& f = request_field(interface, field);
    return CLI::Validator(
        [&f](std::string& word) {
            const auto value = number(word);
            if (value && allows(f.limits, *value)) return std::string();
            return printable(word) + ", " + limits_text(f.limits, f.unit) + " expected";
        },
        "");
}

CLI::Validator exposure_range(int interface, std::string_view field) {
    const Field& f = request_field(interface, field);
    return CLI::Validator(
        [&f](std::string& word) {
            try {
                if (allows(f.limits, parse_exposure(word).count())) return std::string();
                return printable(word) + ", " + limits_text(f.limits, f.unit) + " expected";
            } catch (const OptionError& e) {
                return std::string(e.what());
            }
        },
        "");
}

CLI::Validator one_of_words(std::vector<std::string> words) {
    return CLI::Validator(
        [words = std::move(words)](std::string& word) {
            std::string all;
            for (const std::string& w : words) {
                if (w == word) return std::string();
                all += (all.empty() ? "" : ", ") + w;
            }
            return "'" + printable(word) + "' is not one of: " + all;
        },
        "");
}

Seconds parse_exposure(const std::string& text) {
    const std::size_t slash = text.find('/');
    const auto value = number(text.substr(0, slash));
    const auto divisor = slash == std::string::npos ? std::optional(1.0) : number(text.substr(slash + 1));
    if (!value || !divisor || *value <= 0 || *divisor <= 0)
        throw OptionError("an exposure is seconds, 15 or 0.5 or 1/400, not '" + printable(text) + "'");
    return Seconds(*value / *divisor);
}

}  // namespace nightstack::tools
