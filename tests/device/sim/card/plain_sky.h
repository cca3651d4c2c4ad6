// SPDX-License-Identifier: MIT
// Stands in for the twin's sky: an even background and a few bright squares for stars, which drift by a known step
// from frame to frame. Remembers what was asked of it.
#pragma once

#include <string>
#include <vector>

#include "device/sim/card/picture_maker.h"
#include "pipeline/core/geometry.h"

namespace nightstack::device::sim::test {

// Lives longer than the card that owns the maker.
struct SkyNotes {
    std::vector<Exposed> exposed;
    std::vector<int> first;  // index of the first exposure each was given with
    std::vector<std::string> written;
    std::vector<std::string> over;
};

class PlainSky final : public PictureMaker {
public:
    static constexpr int kSky = 1000, kStar = 12'000, kDark = 800, kStep = 6;  // values; pixels a frame in x
    static Point star(int number) { return {200.0 + 300 * number, 150.0 + 170 * number}; }  // in the first frame

    explicit PlainSky(SkyNotes& notes) : notes_(notes) {}
    Transform expose(const Exposed& exposed, const Exposed& first, ImageView<std::uint16_t> out) override;
    void written(const Exposed&, const std::string& file) override { notes_.written.push_back(file); }
    void session_over(const std::string& session) override { notes_.over.push_back(session); }

private:
    SkyNotes& notes_;
};

}  // namespace nightstack::device::sim::test
