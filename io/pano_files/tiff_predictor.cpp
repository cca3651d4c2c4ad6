// SPDX-License-Identifier: MIT
#include "io/pano_files/tiff_predictor.h"

#include <zlib.h>

#include <cstring>
#include <new>

namespace nightstack::io {
namespace {

template <class T>
void subtract_left(std::byte* row, std::size_t samples, std::size_t step) {
    std::vector<T> values(samples);
    std::memcpy(values.data(), row, samples * sizeof(T));
    for (std::size_t i = samples; i-- > step;) values[i] = static_cast<T>(values[i] - values[i - step]);
    std::memcpy(row, values.data(), samples * sizeof(T));
}

// All highest bytes of a row, then all second ones ...: sign and exponent are much the same along it.
void part_bytes_of_floats(std::byte* row, std::size_t samples, std::size_t step) {
    std::vector<std::byte> parted(4 * samples);
    for (std::size_t i = 0; i < samples; ++i) {
        for (std::size_t k = 0; k < 4; ++k) parted[(3 - k) * samples + i] = row[4 * i + k];
    }
    std::memcpy(row, parted.data(), parted.size());
    subtract_left<std::uint8_t>(row, parted.size(), step);
}

}  // namespace

std::vector<std::byte> whole_tile(const BlockGrid& grid, const Rect& place, std::span<const std::byte> samples) {
    const std::size_t pixel = grid.pixel_bytes();
    const std::size_t have = static_cast<std::size_t>(place.width) * pixel;
    const std::size_t row = static_cast<std::size_t>(grid.block) * pixel;
    std::vector<std::byte> tile(row * static_cast<std::size_t>(grid.block));
    for (std::size_t y = 0; y < static_cast<std::size_t>(grid.block); ++y) {
        std::byte* to = tile.data() + y * row;
        if (y >= static_cast<std::size_t>(place.height)) {
            std::memcpy(to, to - row, row);
            continue;
        }
        std::memcpy(to, samples.data() + y * have, have);
        for (std::size_t x = have; x < row; x += pixel) std::memcpy(to + x, to + x - pixel, pixel);
    }
    return tile;
}

void predict(const BlockGrid& grid, std::span<std::byte> tile) {
    const auto step = static_cast<std::size_t>(grid.channels);
    const std::size_t samples = static_cast<std::size_t>(grid.block) * step;
    const std::size_t row = static_cast<std::size_t>(grid.block) * grid.pixel_bytes();
    for (std::size_t at = 0; at < tile.size(); at += row) {
        switch (grid.sample) {
            case RowSample::u8: subtract_left<std::uint8_t>(&tile[at], samples, step); break;
            case RowSample::u16: subtract_left<std::uint16_t>(&tile[at], samples, step); break;
            case RowSample::f32: part_bytes_of_floats(&tile[at], samples, step); break;
        }
    }
}

// As io/image_files/deflate.h: behind the predictor photos are noise, in which only runs are worth looking for.
std::vector<std::byte> deflated(std::span<const std::byte> bytes) {
    constexpr int kZlib = 15;
    constexpr int kMemory = 9;
    z_stream stream{};
    if (deflateInit2(&stream, 1, Z_DEFLATED, kZlib, kMemory, Z_RLE) != Z_OK) throw std::bad_alloc();
    std::vector<std::byte> out(deflateBound(&stream, static_cast<uLong>(bytes.size())));
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int code = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (code != Z_STREAM_END) throw std::bad_alloc();
    return out;
}

}  // namespace nightstack::io
