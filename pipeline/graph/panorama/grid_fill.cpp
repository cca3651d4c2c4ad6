// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/grid_fill.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "pipeline/graph/panorama/group_sizes.h"
#include "pipeline/graph/panorama/near_shift.h"
#include "pipeline/stages/stitch/camera/upright.h"
#include "pipeline/stages/stitch/links/overlap.h"

namespace nightstack {
namespace {

constexpr int kLarge = 4;           // tiles of a group that is a panorama of its own
constexpr double kSameScene = 0.3;  // correlation below which two parts of pictures show different things
constexpr double kSure = 0.6;
constexpr double kOffStep = 0.4;  // of the grid's step: further off is another place

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::optional<GridGuess> guess_for(std::span<const GridFillTile> tiles, const std::vector<BundleCamera>& cameras,
                                   const std::vector<int>& group, int main, const std::vector<int>& members,
                                   const Rotation& upright_from_world) {
    std::vector<GridTile> known;
    for (const int i : members) {
        GridTile t;
        t.place = tiles[at(i)].named;
        if (group[at(i)] == main) t.world_from_camera = upright_from_world * cameras[at(i)].camera.world_from_camera;
        known.push_back(t);
    }
    return guess_grid(known);
}

// The least angle between places of the grid.
double step_of(const std::map<int, Rotation>& wanted) {
    double least = 1e9;
    for (auto i = wanted.begin(); i != wanted.end(); ++i)
        for (auto j = std::next(i); j != wanted.end(); ++j)
            least = std::min(least, angle_rad(i->second({0, 0, 1}), j->second({0, 0, 1})));
    return least;
}

// How a group must be turned so that its tiles look where the grid has them; nothing where its own order is another.
std::optional<Rotation> turn_of_group(const std::vector<BundleCamera>& cameras, const std::vector<int>& group,
                                      int moved, const std::map<int, Rotation>& wanted, double step_rad) {
    std::vector<Rotation> turns;
    for (const auto& [i, want] : wanted)
        if (group[at(i)] == moved) turns.push_back(want * cameras[at(i)].camera.world_from_camera.inverse());
    if (turns.empty()) return std::nullopt;
    const Rotation turn = mean_rotation(turns, std::vector<double>(turns.size(), 1.0));
    for (const auto& [i, want] : wanted) {
        if (group[at(i)] != moved) continue;
        const Rotation moved_camera = turn * cameras[at(i)].camera.world_from_camera;
        if (angle_rad(moved_camera({0, 0, 1}), want({0, 0, 1})) > kOffStep * step_rad) return std::nullopt;
    }
    return turn;
}

class Filler {
public:
    Filler(std::span<const GridFillTile> tiles, std::vector<BundleCamera>& cameras, std::vector<int>& group, int main)
        : tiles_(tiles), cameras_(cameras), group_(group), main_(main) {}

    GridFill run(Runner& runner) {
        GridFill out;
        out.tiles.resize(tiles_.size());
        std::vector<Rotation> of_main;
        for (std::size_t i = 0; i < tiles_.size(); ++i)
            if (group_[i] == main_) of_main.push_back(cameras_[i].camera.world_from_camera);
        upright_ = upright_from_world(of_main);
        if (!find_grid()) return out;
        out.rows = guess_->rows;
        out.columns = guess_->columns;
        std::map<int, Rotation> wanted;
        for (std::size_t k = 0; k < members_.size(); ++k) {
            out.tiles[at(members_[k])] = GridTilePlace{guess_->places[k], false, false};
            wanted[members_[k]] = upright_.inverse() * guess_->world_from_camera[k];
        }
        const double step = step_of(wanted);
        std::vector<int> moved;
        for (const int i : members_) {
            const int g = group_[at(i)];
            if (g == main_ || std::find(moved.begin(), moved.end(), g) != moved.end()) continue;
            if (!all_in_grid(g)) continue;
            const auto turn = turn_of_group(cameras_, group_, g, wanted, step);
            if (!turn) continue;
            for (std::size_t k = 0; k < cameras_.size(); ++k)
                if (group_[k] == g) cameras_[k].camera.world_from_camera = *turn * cameras_[k].camera.world_from_camera;
            moved.push_back(g);
        }
        settle(moved, out, runner);
        return out;
    }

private:
    // What may be tiles of the grid: those whose names say a place in one. Else all; or all but groups so large that
    // they are panoramas of their own; or, of these, not those that show a lot and yet nothing of the others: a stray
    // picture shifts all behind it. The first that fills a whole grid, else the first that makes one at all.
    std::vector<std::vector<int>> candidates() const {
        const auto sizes = group_sizes(group_);
        const auto those = [&](auto fits) {
            std::vector<int> out;
            for (std::size_t i = 0; i < tiles_.size(); ++i)
                if (fits(i)) out.push_back(static_cast<int>(i));
            return out;
        };
        if (std::any_of(tiles_.begin(), tiles_.end(), [](const GridFillTile& t) { return t.named.has_value(); }))
            return {those([&](std::size_t i) { return tiles_[i].named.has_value(); })};
        const auto small = [&](std::size_t i) { return group_[i] == main_ || sizes.at(group_[i]) < kLarge; };
        const auto stray = [&](std::size_t i) {
            return group_[i] != main_ && sizes.at(group_[i]) == 1 && tiles_[i].rich;
        };
        return {those([](std::size_t) { return true; }), those([&](std::size_t i) { return !stray(i); }), those(small),
                those([&](std::size_t i) { return small(i) && !stray(i); })};
    }

    // A group of which only a part has a place is another panorama, whose names look alike.
    bool all_in_grid(int group) const {
        for (std::size_t i = 0; i < tiles_.size(); ++i)
            if (group_[i] == group &&
                std::find(members_.begin(), members_.end(), static_cast<int>(i)) == members_.end())
                return false;
        return true;
    }

    bool find_grid() {
        for (std::vector<int>& members : candidates()) {
            auto guess = guess_for(tiles_, cameras_, group_, main_, members, upright_);
            if (!guess) continue;
            const bool whole = guess->rows * guess->columns == static_cast<int>(members.size());
            if (guess_ && !whole) continue;
            guess_ = std::move(guess);
            members_ = std::move(members);
            if (whole) break;
        }
        return guess_.has_value();
    }

    // Small groups one after the other, those with the most neighbours first would gain little: what is placed serves
    // the next.
    void settle(const std::vector<int>& moved, GridFill& out, Runner& runner) {
        for (const int g : moved) {
            std::vector<int> own;
            for (std::size_t i = 0; i < tiles_.size(); ++i)
                if (group_[i] == g) own.push_back(static_cast<int>(i));
            const NearShifts found = shifts_to_neighbours(own, runner);
            if (found.turn) {
                for (const int i : own)
                    cameras_[at(i)].camera.world_from_camera = *found.turn * cameras_[at(i)].camera.world_from_camera;
            } else if (2 * found.alike < found.shown) {
                for (const int i : own)
                    if (out.tiles[at(i)]) out.tiles[at(i)]->contradicts = true;
                continue;
            }
            for (const int i : own) {
                group_[at(i)] = main_;
                if (out.tiles[at(i)]) out.tiles[at(i)]->filled = true;
            }
        }
    }

    struct NearShifts {
        std::optional<Rotation> turn;
        int compared = 0, alike = 0, shown = 0;
    };

    NearShifts shifts_to_neighbours(const std::vector<int>& own, Runner& runner) const {
        std::vector<std::pair<int, int>> pairs;
        for (const int i : own)
            for (std::size_t j = 0; j < tiles_.size(); ++j)
                if (group_[j] == main_ && overlap_share(cameras_[at(i)].camera, cameras_[j].camera) > 0.05)
                    pairs.emplace_back(i, static_cast<int>(j));
        std::vector<NearShift> found(pairs.size());
        runner.run(static_cast<int>(pairs.size()), 1, [&](int begin, int end) {
            for (int k = begin; k < end; ++k) {
                const auto [i, j] = pairs[at(k)];
                found[at(k)] =
                    near_shift(tiles_[at(i)].grey, cameras_[at(i)].camera, tiles_[at(j)].grey, cameras_[at(j)].camera);
            }
        });
        NearShifts out;
        std::vector<Rotation> turns;
        std::vector<double> weights;
        for (const NearShift& f : found) {
            if (!f.compared) continue;
            ++out.compared;
            out.shown += f.shows ? 1 : 0;
            if (f.likeness < kSameScene) continue;
            ++out.alike;
            if (f.likeness < kSure || !f.sure) continue;
            turns.push_back(f.turn);
            weights.push_back(f.likeness);
        }
        if (!turns.empty()) out.turn = mean_rotation(turns, weights);
        return out;
    }

    std::span<const GridFillTile> tiles_;
    std::vector<BundleCamera>& cameras_;
    std::vector<int>& group_;
    int main_;
    Rotation upright_;
    std::vector<int> members_;
    std::optional<GridGuess> guess_;
};

}  // namespace

GridFill fill_grid(std::span<const GridFillTile> tiles, std::vector<BundleCamera>& cameras, std::vector<int>& group,
                   int main, Runner& runner) {
    return Filler(tiles, cameras, group, main).run(runner);
}

}  // namespace nightstack
