// SPDX-License-Identifier: MIT
#include "device/targets/named_things.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <numbers>
#include <string_view>

#include "device/targets/embedded_atlas.h"
#include "device/targets/embedded_lists.h"
#include "device/targets/list_fields.h"
#include "device/targets/sky_cells.h"
#include "device/targets/star_atlas.h"

namespace nightstack::device {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kSameThing_deg = 0.5 / 60;
constexpr double kSameStar_deg = 1.0 / 60;
// Of what no list has a magnitude: what people gave a name to is worth a caption, a mere number is not.
constexpr float kNamed = 7, kNumbered = 15, kStar = 7;

struct Listed {
    NamedThing thing;
    UnitVector direction{};
    int names = 0;
};

struct Light {
    float magnitude = 0, major_arcmin = 0;
};
using Lights = std::map<std::string_view, Light>;  // by number

// Line by line, without remarks.
template <class Line>
void for_each_line(std::string_view list, const Line& told) {
    while (!list.empty()) {
        const std::string_view line = take_until(list, '\n');
        if (!line.empty() && line.front() != '#') told(line);
    }
}

Lights read_lights() {
    Lights lights;
    for_each_line(object_list(), [&](std::string_view line) {
        const std::string_view number = take_until(line, '|');
        for (int other = 0; other < 3; ++other) take_until(line, '|');  // kind and place
        const double magnitude = take_number(line);
        lights[number] = {static_cast<float>(magnitude), static_cast<float>(take_number(line))};
    });
    return lights;
}

bool is_messier(std::string_view name) {
    return name.size() > 2 && name.starts_with("M ") &&
           std::all_of(name.begin() + 2, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}
bool is_caldwell(std::string_view name) {
    return name.size() > 2 && name.starts_with("C ") && name[2] >= '0' && name[2] <= '9';
}

// "NGC 224|..|M 31|Andromeda Galaxy|Andromeda Nebula": the number people know, and the first name in words.
std::string caption(std::string_view first, std::string_view others) {
    std::string_view number = first, words;
    while (!others.empty()) {
        const std::string_view name = take_until(others, '|');
        if (is_messier(name)) {
            number = name;
        } else if (words.empty() && !is_caldwell(name) && name.find_first_of("0123456789") == std::string_view::npos) {
            words = name;
        }
    }
    std::string text(number);
    if (!words.empty()) text.append(" ").append(words);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

Listed read_line(std::string_view line, const Lights& lights, bool star) {
    const std::string_view first = take_until(line, '|');
    Listed listed;
    listed.thing.place.ra_deg = take_number(line);
    listed.thing.place.dec_deg = take_number(line);
    listed.thing.star = star;
    listed.thing.name = star ? std::string(first) : caption(first, line);
    listed.names = 1 + static_cast<int>(std::count(line.begin(), line.end(), '|')) + (line.empty() ? 0 : 1);
    listed.direction = unit_vector(listed.thing.place);
    if (star) {
        listed.thing.magnitude = kStar;
    } else if (const auto light = lights.find(first); light != lights.end()) {
        listed.thing.magnitude = light->second.magnitude;
        listed.thing.major_arcmin = light->second.major_arcmin;
    } else {
        const bool numbered = first.starts_with("NGC ") || first.starts_with("IC ");
        listed.thing.magnitude = numbered && listed.thing.name == first ? kNumbered : kNamed;
    }
    return listed;
}

std::vector<Listed> read_all() {
    const Lights lights = read_lights();
    std::vector<Listed> all;
    for (const std::string_view list : {extra_list(), openngc_list(), star_list()}) {
        const bool stars = list.data() == star_list().data();
        for_each_line(list, [&](std::string_view line) { all.push_back(read_line(line, lights, stars)); });
    }
    return all;
}

double apart_deg(const UnitVector& a, const UnitVector& b) {
    double squares = 0;
    for (std::size_t i = 0; i < 3; ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
    return 2 * std::asin(std::min(1.0, std::sqrt(squares) / 2)) / kDegree;
}

// The star of the atlas that stands there.
float star_magnitude(const Equatorial& place) {
    const auto there = stars_near(place, kSameStar_deg, 9);
    return there.empty() ? kStar : there.front().magnitude;
}

bool before(const Listed& a, const Listed& b) {
    if (a.thing.magnitude != b.thing.magnitude) return a.thing.magnitude < b.thing.magnitude;
    return a.thing.name < b.thing.name;
}

// Stars and objects do not hide each other.
void leave_one_of_each(std::vector<Listed>& found) {
    std::vector<Listed> kept;
    for (Listed& next : found) {
        const auto same = std::find_if(kept.begin(), kept.end(), [&](const Listed& k) {
            return k.thing.star == next.thing.star && apart_deg(k.direction, next.direction) < kSameThing_deg;
        });
        if (same == kept.end()) {
            kept.push_back(std::move(next));
        } else if (next.names > same->names) {
            next.thing.magnitude = same->thing.magnitude;  // the brighter of both
            *same = std::move(next);
        }
    }
    found = std::move(kept);
}

}  // namespace

std::vector<NamedThing> named_near(const Equatorial& centre, double radius_deg, double faintest) {
    assert(std::abs(centre.dec_deg) <= 90 && radius_deg >= 0 && radius_deg <= 180);
    static const std::vector<Listed> all = read_all();
    const UnitVector axis = unit_vector(centre);
    const double least = std::cos(radius_deg * kDegree);
    std::vector<Listed> found;
    for (const Listed& listed : all) {
        if (dot(axis, listed.direction) < least) continue;
        found.push_back(listed);
        if (listed.thing.star) found.back().thing.magnitude = star_magnitude(listed.thing.place);
        if (found.back().thing.magnitude >= faintest) found.pop_back();
    }
    std::sort(found.begin(), found.end(), before);
    leave_one_of_each(found);
    std::vector<NamedThing> things;
    for (Listed& f : found) things.push_back(std::move(f.thing));
    return things;
}

}  // namespace nightstack::device
