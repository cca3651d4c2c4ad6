// SPDX-License-Identifier: MIT
#include "io/packed/gzip_start.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <span>

#include "io/fits/fits_error.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

class Inflater {
public:
    Inflater() {
        if (::inflateInit2(&stream_, 15 + 16) != Z_OK) throw IoError("no memory to inflate");  // +16: gzip only
    }
    ~Inflater() { ::inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    z_stream& get() { return stream_; }

private:
    z_stream stream_{};
};

}  // namespace

std::string gzip_start(const ByteSource& source, std::size_t limit) {
    Inflater inflater;
    z_stream& stream = inflater.get();
    std::string out(limit, '\0');
    std::array<std::byte, 4096> in{};
    std::uint64_t at = 0;
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(limit);
    int code = Z_OK;
    while (stream.avail_out > 0 && code == Z_OK && at < source.size) {
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(in.size(), source.size - at));
        source.read_at(std::span(in).first(n), at);
        at += n;
        stream.next_in = reinterpret_cast<Bytef*>(in.data());
        stream.avail_in = static_cast<uInt>(n);
        code = ::inflate(&stream, Z_NO_FLUSH);
    }
    if (code != Z_OK && code != Z_STREAM_END)
        throw FitsError(FitsFault::damaged, source.name + ": gzip data are damaged near byte " + std::to_string(at));
    out.resize(limit - stream.avail_out);
    return out;
}

}  // namespace nightstack::io
