// SPDX-License-Identifier: MIT
// All named targets in memory: Messier, NGC, IC, Caldwell, stars, and what people call them. Built
// once at first use (15,000 entries, some ten milliseconds), then constant: any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/model/target.h"

namespace nightstack::device {

struct CatalogueName {
    std::string folded;     // fold_name(name)
    std::string_view name;  // as it is written
    int entry = 0;          // into places()
};

class Catalogue {
public:
    static const Catalogue& instance();

    // Sorted by `folded`. Of two entries with one name the first in the lists counts.
    std::span<const CatalogueName> names() const { return names_; }
    const CatalogueName* find(std::string_view folded) const;  // null when unknown
    const Equatorial& place(const CatalogueName& name) const { return places_[static_cast<std::size_t>(name.entry)]; }

private:
    Catalogue();
    void add_list(std::string_view list);
    void add_line(std::string_view line);
    std::vector<Equatorial> places_;
    std::vector<CatalogueName> names_;
};

}  // namespace nightstack::device
