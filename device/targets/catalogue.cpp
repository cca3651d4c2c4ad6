// SPDX-License-Identifier: MIT
#include "device/targets/catalogue.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "device/targets/embedded_lists.h"
#include "device/targets/fold_name.h"
#include "device/targets/list_fields.h"

namespace nightstack::device {
namespace {

double number(std::string_view text) {
    double value = 0;
    [[maybe_unused]] const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    assert(error == std::errc() && end == text.data() + text.size());  // our own data
    return value;
}

}  // namespace

const Catalogue& Catalogue::instance() {
    static const Catalogue catalogue;
    return catalogue;
}

Catalogue::Catalogue() {
    for (const std::string_view list : {extra_list(), openngc_list(), star_list()}) add_list(list);
    std::stable_sort(names_.begin(), names_.end(), [](const auto& a, const auto& b) { return a.folded < b.folded; });
    const auto last =
        std::unique(names_.begin(), names_.end(), [](const auto& a, const auto& b) { return a.folded == b.folded; });
    names_.erase(last, names_.end());
}

void Catalogue::add_list(std::string_view list) {
    while (!list.empty()) {
        const std::string_view line = take_until(list, '\n');
        if (!line.empty() && line.front() != '#') add_line(line);
    }
}

void Catalogue::add_line(std::string_view line) {
    const std::string_view first = take_until(line, '|');
    const double ra_deg = number(take_until(line, '|'));
    const double dec_deg = number(take_until(line, '|'));
    const int entry = static_cast<int>(places_.size());
    places_.push_back({ra_deg, dec_deg});
    names_.push_back({fold_name(first), first, entry});
    while (!line.empty()) {
        const std::string_view name = take_until(line, '|');
        names_.push_back({fold_name(name), name, entry});
    }
}

const CatalogueName* Catalogue::find(std::string_view folded) const {
    const auto at = std::lower_bound(names_.begin(), names_.end(), folded,
                                     [](const CatalogueName& n, std::string_view f) { return n.folded < f; });
    return at == names_.end() || at->folded != folded ? nullptr : &*at;
}

}  // namespace nightstack::device
