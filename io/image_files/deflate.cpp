// SPDX-License-Identifier: MIT
#include "io/image_files/deflate.h"

#include <zlib.h>

#include <cassert>
#include <new>

namespace nightstack::io {

void deflate_piece(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> bytes, bool last) {
    constexpr int kRaw = -15;  // no header of zlib's own, the largest window
    constexpr int kMemory = 9;
    constexpr uLong kFlush = 16;  // what the empty block at the end of a piece takes, and some more
    z_stream stream{};
    if (deflateInit2(&stream, 1, Z_DEFLATED, kRaw, kMemory, Z_RLE) != Z_OK) throw std::bad_alloc();
    const std::size_t begin = out.size();
    out.resize(begin + deflateBound(&stream, static_cast<uLong>(bytes.size())) + kFlush);
    stream.next_in = const_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = out.data() + begin;
    stream.avail_out = static_cast<uInt>(out.size() - begin);
    [[maybe_unused]] const int code = deflate(&stream, last ? Z_FINISH : Z_SYNC_FLUSH);
    assert((code == (last ? Z_STREAM_END : Z_OK)) && stream.avail_in == 0);
    out.resize(begin + stream.total_out);
    deflateEnd(&stream);
}

}  // namespace nightstack::io
