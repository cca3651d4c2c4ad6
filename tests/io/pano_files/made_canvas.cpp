// SPDX-License-Identifier: MIT
#include "tests/io/pano_files/made_canvas.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

namespace nightstack::io::test {
namespace {

double top_of(RowSample sample) { return sample == RowSample::u8 ? 255 : sample == RowSample::u16 ? 65535 : 4; }

template <class T>
void put_as(std::vector<std::byte>& out, double value) {
    const T sample = static_cast<T>(value);
    out.resize(out.size() + sizeof(T));
    std::memcpy(&out[out.size() - sizeof(T)], &sample, sizeof(T));
}

}  // namespace

Canvas made_canvas(const BlockGrid& grid) {
    Canvas canvas{grid, {}};
    std::mt19937 random(17);
    for (int y = 0; y < grid.height; ++y) {
        for (int x = 0; x < grid.width; ++x) {
            for (int c = 0; c < grid.channels; ++c) {
                const double v = (std::sin(x * 0.05 + c) * std::cos(y * 0.03) + 1) / 2;
                const double noise = static_cast<double>(random() % 1000) / 5000;
                double sample = std::min(1.0, v * 0.8 + noise) * top_of(grid.sample);
                const bool alpha = grid.alpha() && c + 1 == grid.channels;
                if (alpha && (x / 7 + y / 5) % 3 == 0) sample = 0;
                canvas.samples.push_back(grid.sample == RowSample::f32 ? static_cast<float>(sample)
                                                                       : std::floor(sample));
            }
        }
    }
    return canvas;
}

std::vector<std::byte> bytes_of_part(const Canvas& canvas, const Rect& place) {
    std::vector<std::byte> out;
    for (int y = place.y; y < place.bottom(); ++y) {
        for (int x = place.x; x < place.right(); ++x) {
            for (int c = 0; c < canvas.grid.channels; ++c) {
                const double v = canvas.at(x, y, c);
                switch (canvas.grid.sample) {
                    case RowSample::u8: put_as<std::uint8_t>(out, v); break;
                    case RowSample::u16: put_as<std::uint16_t>(out, v); break;
                    case RowSample::f32: put_as<float>(out, v); break;
                }
            }
        }
    }
    return out;
}

Canvas half_of(const Canvas& from) {
    Canvas to{from.grid, {}};
    to.grid.width = (from.grid.width + 1) / 2;
    to.grid.height = (from.grid.height + 1) / 2;
    const int colours = from.grid.alpha() ? from.grid.channels - 1 : from.grid.channels;
    for (int y = 0; y < to.grid.height; ++y) {
        for (int x = 0; x < to.grid.width; ++x) {
            for (int c = 0; c < from.grid.channels; ++c) {
                double sum = 0, weights = 0;
                for (int j = 2 * y; j < std::min(2 * y + 2, from.grid.height); ++j) {
                    for (int i = 2 * x; i < std::min(2 * x + 2, from.grid.width); ++i) {
                        const double w = from.grid.alpha() && c < colours ? from.at(i, j, colours) : 1;
                        sum += from.at(i, j, c) * w;
                        weights += w;
                    }
                }
                double mean = weights > 0 ? sum / weights : 0;
                if (from.grid.sample != RowSample::f32) mean = std::floor(mean + 0.5);
                to.samples.push_back(mean);
            }
        }
    }
    return to;
}

}  // namespace nightstack::io::test
