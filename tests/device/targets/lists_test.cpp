// SPDX-License-Identifier: MIT
// The lists themselves: whole, in range, with the licence in the head. Whether the positions are
// right is for catalogues that had no part in them: tools/targets/check_targets.py.
#include <gtest/gtest.h>

#include "device/targets/catalogue.h"
#include "device/targets/embedded_lists.h"
#include "device/targets/fold_name.h"

namespace nightstack::device {
namespace {

bool known(const std::string& name) { return Catalogue::instance().find(fold_name(name)) != nullptr; }

TEST(TargetLists, NoNumberIsMissing) {
    const std::pair<const char*, int> catalogues[] = {{"M ", 110}, {"C ", 109}, {"NGC ", 7840}, {"IC ", 5386}};
    for (const auto& [catalogue, last] : catalogues)
        for (int i = 1; i <= last; ++i) EXPECT_TRUE(known(catalogue + std::to_string(i))) << catalogue << i;
}

TEST(TargetLists, PlacesAreInRange) {
    const Catalogue& catalogue = Catalogue::instance();
    EXPECT_GT(catalogue.names().size(), 15000U);
    for (const CatalogueName& name : catalogue.names()) {
        const Equatorial& place = catalogue.place(name);
        EXPECT_TRUE(place.ra_deg >= 0 && place.ra_deg < 360 && place.dec_deg >= -90 && place.dec_deg <= 90)
            << name.name;
        EXPECT_FALSE(name.folded.empty()) << name.name;
    }
}

TEST(TargetLists, CarryTheirLicence) {
    EXPECT_NE(openngc_list().find("Mattia Verga"), std::string_view::npos);
    EXPECT_NE(openngc_list().substr(0, 600).find("Attribution-ShareAlike 4.0"), std::string_view::npos);
    EXPECT_NE(star_list().substr(0, 300).find("BSD 3-Clause"), std::string_view::npos);
}

}  // namespace
}  // namespace nightstack::device
