// SPDX-License-Identifier: MIT
#include "tools/night/scope/night_plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <iterator>
#include <locale>
#include <map>
#include <sstream>
#include <toml.hpp>

#include "device/dwarf/protocol/check.h"
#include "device/targets/find_target.h"
#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/core/nesting.h"
#include "pipeline/core/printable.h"
#include "tools/cli/site_option.h"
#include "tools/cli/time_option.h"

namespace nightstack::tools {

using device::dwarf::Binning;
using device::dwarf::IrFilter;
using device::dwarf::Utc;

namespace {

constexpr std::size_t kLargest = 256 * 1024;
constexpr std::size_t kMostTargets = 1000;
constexpr std::size_t kLongestWord = 100;

// A value with what it is called and where it stands, for words.
struct Item {
    const toml::value& value;
    std::string key, where;

    [[noreturn]] void no(const std::string& why) const {
        throw OptionError(where + " line " + std::to_string(value.location().line()) + ": " + key + " " + why);
    }
    double number() const {
        const double n = value.is_integer()    ? static_cast<double>(value.as_integer())
                         : value.is_floating() ? value.as_floating()
                                               : std::nan("");
        if (!std::isfinite(n)) no("must be a number");
        return n;
    }
    double number(double low, double high) const {
        const double n = number();
        if (n < low || n > high) {
            std::ostringstream range;
            range.imbue(std::locale::classic());
            range << "must be " << low << " to " << high;
            no(range.str());
        }
        return n;
    }
    int whole(int low, int high) const {
        if (!value.is_integer()) no("must be a whole number");
        return static_cast<int>(number(low, high));
    }
    std::string text() const {
        if (!value.is_string()) no("must be a text in quotes");
        const std::string text = value.as_string().str;
        if (text.empty() || text.size() > kLongestWord) no("must be a text of 1 to 100 bytes");
        return text;
    }
    // One of two words.
    bool word(const char* yes, const char* other) const {
        const std::string given = text();
        if (given != yes && given != other) no(std::string("must be \"") + yes + "\" or \"" + other + "\"");
        return given == yes;
    }
    Utc time() const {
        if (value.is_offset_datetime()) return toml::get<Utc>(value);
        if (value.is_string()) {
            try {
                return parse_time(text());
            } catch (const OptionError&) {  // told below
            }
        }
        no("must be a time in UTC, as 2026-01-18T21:04:26Z");
    }
};

toml::value parse(std::string_view text, const std::string& what) {
    if (text.size() > kLargest) throw OptionError(what + ": more than 256 KiB");
    if (const auto line = line_nested_too_deep(text))
        throw OptionError(what + " line " + std::to_string(*line) + ": nested deeper than " +
                          std::to_string(kDeepestNesting));
    std::istringstream in(std::string(text), std::ios::binary);
    try {
        return toml::parse(in, what);
    } catch (const toml::exception& e) {
        throw OptionError(what + " line " + std::to_string(e.location().line()) + ": not TOML");
    } catch (const std::exception& e) {  // toml11 lets some of the standard library's out
        throw OptionError(what + ": not TOML: " + printable(std::string_view(e.what()).substr(0, 200)));
    }
}

device::Site site_of(const Item& item) {
    std::string words;
    if (item.value.is_string()) {
        words = item.text();
    } else if (item.value.is_array()) {
        for (const toml::value& part : item.value.as_array()) {
            std::ostringstream number;
            number.imbue(std::locale::classic());
            number.precision(12);
            number << Item{part, item.key, item.where}.number();
            words += (words.empty() ? "" : ",") + number.str();
        }
    } else {
        item.no("must be \"LATITUDE,LONGITUDE,HEIGHT\" or a list of these, longitude east positive");
    }
    try {
        return parse_site(words);
    } catch (const OptionError& e) {
        item.no("cannot be meant: " + std::string(e.what()));
    }
}

// Where it is comes from name or coordinates; `line` is that of its table.
struct Place {
    std::optional<std::string> name;
    std::optional<double> ra_h, dec_deg;

    device::Target target(const Item& table) const {
        if (ra_h.has_value() != dec_deg.has_value()) table.no("needs both ra_h and dec_deg, or neither");
        if (ra_h) return {name.value_or(""), device::Equatorial{*ra_h * 15, *dec_deg}};
        if (!name) table.no("needs a name, or ra_h and dec_deg");
        try {
            return device::find_target(*name);
        } catch (const OptionError& e) {
            table.no("is not known: " + std::string(e.what()));
        }
    }
};

Binning binning_of(const Item& item) {
    if (item.value.is_integer()) return item.whole(1, 2) == 1 ? Binning::none : Binning::two;
    return item.word("1x1", "2x2") ? Binning::none : Binning::two;
}

TargetPlan target_of(const Item& table) {
    if (!table.value.is_table()) table.no("must be a table, [[target]]");
    TargetPlan plan;
    Place place;
    const std::map<std::string, std::function<void(const Item&)>> keys = {
        {"name", [&](const Item& i) { place.name = i.text(); }},
        {"ra_h", [&](const Item& i) { place.ra_h = i.number(0, 24); }},
        {"dec_deg", [&](const Item& i) { place.dec_deg = i.number(-90, 90); }},
        {"start", [&](const Item& i) { plan.start = i.time(); }},
        {"end", [&](const Item& i) { plan.end = i.time(); }},
        {"min_alt_deg", [&](const Item& i) { plan.min_alt_deg = i.number(-5, 90); }},
        {"exposure_s", [&](const Item& i) { plan.exposure = device::dwarf::Seconds(i.number(0.0001, 15)); }},
        {"gain", [&](const Item& i) { plan.gain = i.whole(0, 240); }},
        {"binning", [&](const Item& i) { plan.binning = binning_of(i); }},
        {"ir", [&](const Item& i) { plan.ir = i.word("pass", "cut") ? IrFilter::pass : IrFilter::cut; }},
        {"count", [&](const Item& i) { plan.count = i.whole(1, kMostFramesOfTarget); }},
        {"darks", [&](const Item& i) { plan.take_darks = i.word("auto", "off"); }},
    };
    for (const auto& [key, value] : table.value.as_table()) {
        const Item item{value, printable(key.substr(0, kLongestWord)), table.where};
        const auto known = keys.find(key);
        if (known == keys.end()) {
            std::string all;
            for (const auto& [name, read] : keys) all += (all.empty() ? "" : ", ") + name;
            item.no("is no key of a target (" + all + ")");
        }
        known->second(item);
    }
    plan.target = place.target(table);
    try {
        check_target(plan);
    } catch (const OptionError& e) {
        table.no("cannot be taken: " + std::string(e.what()));
    }
    return plan;
}

// To the last bit, and always alike.
std::string exactly(double value) {
    char text[40];
    return {std::begin(text), std::to_chars(std::begin(text), std::end(text), value).ptr};
}

std::string settings_of(const TargetPlan& plan) {
    const auto* place = std::get_if<device::Equatorial>(&plan.target.place);
    std::string words = plan.target.name + " at ";
    words += place != nullptr ? exactly(place->ra_deg) + " " + exactly(place->dec_deg)
                              : "body " + std::to_string(static_cast<int>(std::get<device::Planet>(plan.target.place)));
    words += ", " + exactly(plan.exposure.count()) + " s, gain " + std::to_string(plan.gain);
    words += plan.binning == Binning::none ? ", 1x1" : ", 2x2";
    if (plan.ir) words += *plan.ir == IrFilter::pass ? ", ir pass" : ", ir cut";
    return words;
}

}  // namespace

std::string part_of(const NightPlan& plan, std::size_t index) {
    const std::string settings = settings_of(plan.targets.at(index));
    const auto before = plan.targets.begin() + static_cast<std::ptrdiff_t>(index);
    const auto alike =
        std::count_if(plan.targets.begin(), before, [&](const TargetPlan& t) { return settings_of(t) == settings; });
    return settings + ", " + std::to_string(alike + 1);
}

device::dwarf::request::Raw raw_of(const TargetPlan& plan, int count) {
    device::dwarf::request::Raw raw;
    raw.target = plan.target.name;
    if (const auto* place = std::get_if<device::Equatorial>(&plan.target.place)) raw.place = *place;
    raw.exposure = plan.exposure;
    raw.gain = plan.gain;
    raw.binning = plan.binning;
    raw.count = count;
    return raw;
}

void check_target(const TargetPlan& plan) {
    if (plan.start && plan.end && *plan.end <= *plan.start) throw OptionError("its end is not after its start");
    if (!plan.count && !plan.end) throw OptionError("neither a count of frames nor an end is given");
    device::dwarf::request::Raw raw = raw_of(plan, std::min(plan.count.value_or(1), kMostFramesOfCapture));
    raw.name = "DWARF_RAW_20260101000000";
    check_request(device::dwarf::request::take_raw(raw));
}

NightPlan read_night_plan(std::string_view toml, const std::string& what) {
    NightPlan plan;
    const std::string where = printable(what);
    const toml::value root = parse(toml, where);
    for (const auto& [key, value] : root.as_table()) {
        const Item item{value, printable(key.substr(0, kLongestWord)), where};
        if (key == "site") {
            plan.site = site_of(item);
        } else if (key == "target") {
            if (!value.is_array()) item.no("must be a list of tables, [[target]]");
            if (value.as_array().size() > kMostTargets) item.no("has more than 1000 entries");
            for (const toml::value& one : value.as_array()) plan.targets.push_back(target_of({one, "target", where}));
        } else {
            item.no("is no key of a plan (site, [[target]])");
        }
    }
    if (plan.targets.empty()) throw OptionError(where + ": no [[target]] in it");
    return plan;
}

NightPlan read_night_plan(const std::filesystem::path& file) {
    return read_night_plan(io::read_text_file(file, kLargest), file.string());
}

}  // namespace nightstack::tools
