// SPDX-License-Identifier: MIT
// objects_near() of star_atlas.h, over the list in data/objects.txt.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <string>
#include <string_view>

#include "device/targets/embedded_atlas.h"
#include "device/targets/list_fields.h"
#include "device/targets/sky_cells.h"
#include "device/targets/star_atlas.h"
#include "pipeline/core/error.h"

namespace nightstack::device {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

struct Listed {
    AtlasObject object;
    UnitVector direction{};
};

AtlasObject::Kind kind_of(std::string_view letter) {
    constexpr std::string_view kLetters = "GOCNP";
    const std::size_t kind = letter.size() == 1 ? kLetters.find(letter[0]) : std::string_view::npos;
    if (kind == std::string_view::npos)
        throw FormatError("list of extended objects: kind '" + std::string(letter) + "' is none of " +
                          std::string(kLetters));
    return static_cast<AtlasObject::Kind>(kind);
}

AtlasObject read_line(std::string_view line) {
    AtlasObject object;
    take_until(line, '|');  // its number
    object.kind = kind_of(take_until(line, '|'));
    object.place.ra_deg = take_number(line);
    object.place.dec_deg = take_number(line);
    for (float* value : {&object.magnitude, &object.major_arcmin, &object.minor_arcmin, &object.angle_deg})
        *value = static_cast<float>(take_number(line));
    return object;
}

std::vector<Listed> read_list(std::string_view list) {
    std::vector<Listed> all;
    while (!list.empty()) {
        const std::string_view line = take_until(list, '\n');
        if (line.empty() || line[0] == '#') continue;
        const AtlasObject object = read_line(line);
        all.push_back({object, unit_vector(object.place)});
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Listed& a, const Listed& b) { return a.object.magnitude < b.object.magnitude; });
    return all;
}

}  // namespace

std::vector<AtlasObject> objects_near(const Equatorial& centre, double radius_deg, double faintest) {
    assert(std::abs(centre.dec_deg) <= 90 && radius_deg >= 0 && radius_deg <= 180);
    static const std::vector<Listed> all = read_list(object_list());
    const UnitVector axis = unit_vector(centre);
    std::vector<AtlasObject> found;
    for (const Listed& listed : all) {
        if (listed.object.magnitude >= faintest) break;
        const double reach = std::min(180.0, radius_deg + listed.object.major_arcmin / 120);
        if (dot(axis, listed.direction) >= std::cos(reach * kDegree)) found.push_back(listed.object);
    }
    return found;
}

}  // namespace nightstack::device
