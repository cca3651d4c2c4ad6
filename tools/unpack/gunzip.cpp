// SPDX-License-Identifier: MIT
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>

#include "tools/unpack/unpack.h"

namespace nightstack::unpack {
namespace {

// Input in blocks; `next_in` and `avail_in` of the stream are kept filled.
class Input {
public:
    // False at the end of the file or when it cannot be read.
    bool refill(z_stream& stream) {
        ssize_t n = 0;
        do {
            n = ::pread(0, block_.data(), block_.size(), at_);
        } while (n < 0 && errno == EINTR);
        if (n <= 0) return false;
        at_ += n;
        stream.next_in = block_.data();
        stream.avail_in = static_cast<uInt>(n);
        return true;
    }

private:
    std::array<unsigned char, 65536> block_{};
    off_t at_ = 0;
};

// Whether another member begins; zeros up to the end of the file are padding of a tape or a card.
enum class After { member, end, garbage };

After what_follows(z_stream& stream, Input& input) {
    for (;;) {
        if (stream.avail_in == 0 && !input.refill(stream)) return After::end;
        if (*stream.next_in == 0x1F) return After::member;
        if (*stream.next_in != 0) return After::garbage;
        ++stream.next_in;
        --stream.avail_in;
    }
}

}  // namespace

bool gunzip() {
    z_stream stream{};
    Input input;
    std::array<unsigned char, 262144> out{};
    if (::inflateInit2(&stream, 15 + 16) != Z_OK) return complain("no memory to inflate");
    for (;;) {
        if (stream.avail_in == 0 && !input.refill(stream)) return complain("gzip data end too early");
        stream.next_out = out.data();
        stream.avail_out = static_cast<uInt>(out.size());
        const int code = ::inflate(&stream, Z_NO_FLUSH);
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return complain("gzip data are damaged");
        if (!write_all(out.data(), out.size() - stream.avail_out)) return false;
        if (code != Z_STREAM_END) continue;
        const After after = what_follows(stream, input);
        if (after == After::end) return true;
        if (after == After::garbage) return complain("bytes after the gzip data are no gzip data");
        if (::inflateReset(&stream) != Z_OK) return complain("gzip data are damaged");
    }
}

}  // namespace nightstack::unpack
