// SPDX-License-Identifier: MIT
#include "device/targets/find_target.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "device/targets/catalogue.h"
#include "device/targets/coordinates.h"
#include "device/targets/fold_name.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::device {
namespace {

constexpr std::size_t kLongest = 80;

constexpr std::array<std::pair<std::string_view, Planet>, 8> kPlanets = {{{"Mercury", Planet::mercury},
                                                                          {"Venus", Planet::venus},
                                                                          {"Mars", Planet::mars},
                                                                          {"Jupiter", Planet::jupiter},
                                                                          {"Saturn", Planet::saturn},
                                                                          {"Uranus", Planet::uranus},
                                                                          {"Neptune", Planet::neptune},
                                                                          {"Moon", Planet::moon}}};

std::optional<Target> planet(std::string_view folded) {
    if (folded == "themoon" || folded == "luna") folded = "moon";
    for (const auto& [name, number] : kPlanets)
        if (fold_name(name) == folded) return Target{std::string(name), number};
    return {};
}

// Optimal string alignment: insert, delete, replace, swap two neighbours. Gives up beyond `most`.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most) {
    if (a.size() > b.size() + most || b.size() > a.size() + most) return most + 1;
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + cost});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        before = std::exchange(last, now);
    }
    return last[b.size()];
}

bool is_number_of_catalogue(const std::string& folded) {
    const std::size_t first = folded.find_first_of("0123456789");
    return first != std::string::npos && first > 0 && first <= 4;
}

// How unlike a name is, smaller is better; nothing when it is no suggestion.
std::optional<std::size_t> unlike(const std::string& wanted, const std::string& folded) {
    if (wanted.size() >= 3 && !is_number_of_catalogue(wanted) && folded.find(wanted) != std::string::npos)
        return folded.starts_with(wanted) ? 1 : 2;
    const std::size_t most = is_number_of_catalogue(wanted) ? 1 : std::clamp<std::size_t>(wanted.size() / 3, 1, 4);
    const std::size_t d = distance(wanted, folded, most);
    if (d > most) return {};
    return 2 * d;
}

std::string list_of(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

[[noreturn]] void refuse(std::string_view words, const std::string& folded) {
    const std::string quoted = "'" + printable(words) + "'";
    if (folded == "sun")
        throw OptionError(
            "the scope has no goto for the Sun; looking there without a solar filter destroys its sensor");
    static constexpr std::pair<std::string_view, std::string_view> kEnds[] = {{"ngc", "NGC ends at 7840"},
                                                                              {"ic", "IC ends at 5386"},
                                                                              {"m", "Messier's list ends at 110"},
                                                                              {"c", "Caldwell's list ends at 109"}};
    for (const auto& [prefix, text] : kEnds) {
        const bool numbered = folded.starts_with(prefix) && folded.size() > prefix.size() &&
                              folded.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
        if (numbered) throw OptionError(quoted + " is no target: " + std::string(text));
    }
    const std::vector<std::string> near = near_targets(words);
    throw OptionError(quoted + " is no target known here; " +
                      (near.empty() ? "give a number (M 31, NGC 7000), a name or coordinates (\"05h34m32s +22d00m52s\")"
                                    : "meant: " + list_of(near) + "?"));
}

}  // namespace

Target find_target(std::string_view words) {
    if (words.size() > kLongest)
        throw OptionError("a target's name has at most " + std::to_string(kLongest) + " characters");
    const std::string folded = fold_name(words);
    if (const auto found = planet(folded)) return *found;
    const Catalogue& catalogue = Catalogue::instance();
    if (const CatalogueName* found = catalogue.find(folded)) return {std::string(found->name), catalogue.place(*found)};
    if (const auto place = parse_coordinates(words)) return {format_coordinates(*place), *place};
    refuse(words, folded);
}

std::vector<std::string> near_targets(std::string_view words, std::size_t most) {
    const std::string wanted = fold_name(words.substr(0, kLongest));
    if (wanted.empty()) return {};
    // Of equally near names the short ones, and entries once whatever their names.
    std::set<std::pair<std::pair<std::size_t, std::size_t>, std::string>> ranked;
    for (const auto& [name, number] : kPlanets)
        if (const auto rank = unlike(wanted, fold_name(name))) ranked.insert({{*rank, name.size()}, std::string(name)});
    for (const CatalogueName& name : Catalogue::instance().names())
        if (const auto rank = unlike(wanted, name.folded))
            ranked.insert({{*rank, name.name.size()}, std::string(name.name)});
    std::vector<std::string> names;
    for (const auto& [rank, name] : ranked) {
        if (names.size() == most) break;
        names.push_back(name);
    }
    return names;
}

}  // namespace nightstack::device
