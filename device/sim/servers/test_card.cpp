// SPDX-License-Identifier: MIT
#include "device/sim/servers/test_card.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "io/image_files/jpeg_writer.h"

namespace nightstack::device::sim {
namespace {

constexpr int kQuality = 80;

struct Canvas {
    int width, height;
    std::vector<std::uint8_t> rgb;

    void fill(int x, int y, int w, int h, int r, int g, int b) {
        for (int row = std::max(y, 0); row < std::min(y + h, height); ++row)
            for (int column = std::max(x, 0); column < std::min(x + w, width); ++column) {
                const std::size_t at = (static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
                                        static_cast<std::size_t>(column)) *
                                       3;
                rgb[at] = static_cast<std::uint8_t>(r);
                rgb[at + 1] = static_cast<std::uint8_t>(g);
                rgb[at + 2] = static_cast<std::uint8_t>(b);
            }
    }
};

// Seven bars; bit 0 the top one, then clockwise, bit 6 the middle one.
void draw_digit(Canvas& canvas, int x, int y, int size, char c) {
    constexpr std::array<int, 10> kBars = {0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f};
    const int thick = std::max(size / 5, 1);
    if (c < '0' || c > '9') return canvas.fill(x + size / 2, y + 2 * size - thick, thick, thick, 255, 255, 255);
    const int bars = kBars[static_cast<std::size_t>(c - '0')];
    const auto bar = [&](int bit, int left, int top, int w, int h) {
        if ((bars >> bit & 1) != 0) canvas.fill(x + left, y + top, w, h, 255, 255, 255);
    };
    bar(0, 0, 0, size, thick);
    bar(1, size - thick, 0, thick, size);
    bar(2, size - thick, size, thick, size);
    bar(3, 0, 2 * size - thick, size, thick);
    bar(4, 0, size, thick, size);
    bar(5, 0, 0, thick, size);
    bar(6, 0, size - thick / 2, size, thick);
}

void draw_text(Canvas& canvas, int x, int y, int size, const std::string& text) {
    for (const char c : text) {
        draw_digit(canvas, x, y, size, c);
        x += size + size / 2;
    }
}

}  // namespace

std::string test_card(int width, int height, int hue, std::uint64_t number, SimTime now) {
    constexpr int kBars = 8, kStep = 4;
    Canvas canvas{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width * height) * 3)};
    for (int i = 0; i < kBars; ++i) {
        const int colour = (i + hue) % kBars;
        canvas.fill(width * i / kBars, 0, width / kBars + 1, height, (colour & 1) * 160, (colour >> 1 & 1) * 160,
                    (colour >> 2 & 1) * 160);
    }
    const int block = height / 8;
    const auto place = static_cast<int>(number * kStep % static_cast<std::uint64_t>(width));
    canvas.fill(place, height - 2 * block, block, block, 255, 255, 255);
    canvas.fill(0, height / 8, width, height / 2, 16, 16, 16);
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.3f", static_cast<double>(now.count()) / 1000);
    const int digit = height / 16;
    draw_text(canvas, digit, height / 8 + digit, digit, std::to_string(number));
    draw_text(canvas, digit, height / 8 + 5 * digit, digit, seconds);
    return io::jpeg_bytes(width, height, canvas.rgb, kQuality);
}

}  // namespace nightstack::device::sim
