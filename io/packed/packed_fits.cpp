// SPDX-License-Identifier: MIT
#include "io/packed/packed_fits.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "io/files/file.h"
#include "io/fits/fits_error.h"
#include "io/fits/frame_info.h"
#include "io/fits/header_block.h"
#include "io/fits/reader.h"
#include "io/fits/region.h"
#include "io/packed/fz_gate.h"
#include "io/packed/gzip_start.h"
#include "io/packed/unpacker.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::uint64_t kMega = std::uint64_t{1} << 20;
constexpr std::uint64_t kMaxUnpacked = std::uint64_t{1} << 30;
constexpr std::uint64_t kMaxGzipRatio = 1100;    // deflate's own limit is 1032
constexpr std::uint64_t kMaxTail = 256 * kMega;  // extensions behind the picture, unpacked and passed over

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

void write_all(int fd, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) throw IoError(std::string("no memory to unpack: ") + std::strerror(errno), errno);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
}

// FITS checksum of data (standard 4.0, appendix J): 32-bit words summed with the carry led round.
class DataSum {
public:
    void add(std::span<const std::byte> bytes) {  // whole words but for the very last call
        for (std::size_t i = 0; i < bytes.size(); i += 4) {
            std::uint32_t word = 0;
            for (std::size_t k = 0; k < 4; ++k)
                word = word << 8 | (i + k < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0U);
            sum_ += word;
        }
    }
    std::uint32_t value() const {
        std::uint64_t sum = sum_;
        while (sum >> 32 != 0) sum = (sum & 0xFFFF'FFFF) + (sum >> 32);
        return static_cast<std::uint32_t>(sum);
    }

private:
    std::uint64_t sum_ = 0;  // 2^30 bytes of words leave room
};

// The compressions have no checksum of their own (but for gzip): this is what tells a damaged frame.
void check_data_sum(const FitsHeader& header, const DataSum& sum, const std::string& name) {
    const std::optional<double> said = header.number("DATASUM");  // text in the file; 2^32 is exact in a double
    if (!said || *said <= 0 || *said == static_cast<double>(sum.value())) return;
    throw FitsError(FitsFault::damaged, name + ": the compressed data are damaged, their DATASUM is " +
                                            std::to_string(sum.value()) + ", " + *header.text("DATASUM") + " expected");
}

// What cfitsio gets instead of the file: our header, and of the file the table and its heap alone.
void write_clean_file(int fd, const FzPicture& picture, const ByteSource& source) {
    DataSum sum;
    write_all(fd, std::as_bytes(std::span(picture.clean_header)));
    std::vector<std::byte> block(kMega);
    for (std::uint64_t done = 0; done < picture.table_bytes;) {
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), picture.table_bytes - done));
        source.read_at(std::span(block).first(n), picture.table_at + done);
        write_all(fd, std::span(block).first(n));
        sum.add(std::span(block).first(n));
        done += n;
    }
    check_data_sum(picture.header, sum, source.name);
    const std::vector<std::byte> padding((kFitsBlock - picture.table_bytes % kFitsBlock) % kFitsBlock);
    write_all(fd, padding);
}

// Generous to a slow machine; a picture of 16 MB takes about 0.1 s.
UnpackLimits limits_for(std::uint64_t output, std::uint64_t memory, const std::stop_token& stop) {
    UnpackLimits limits;
    limits.stop = stop;
    limits.output_bytes = output;
    limits.cpu_s = 5 + static_cast<int>(output / kMega / 4);
    limits.wall = std::chrono::seconds(30 + 4 * limits.cpu_s);
    limits.memory_bytes = 256 * kMega + memory;
    return limits;
}

// Takes bytes in order; keeps those of the picture.
class PixelSink {
public:
    PixelSink(ScratchPiece& pixels, std::uint64_t skip) : pixels_(pixels), skip_(skip) {}
    void operator()(std::span<const std::byte> bytes) {
        const std::uint64_t begin = seen_;
        seen_ += bytes.size();
        if (seen_ <= skip_) return;
        if (begin < skip_) bytes = bytes.subspan(static_cast<std::size_t>(skip_ - begin));
        const std::uint64_t at = std::max(begin, skip_) - skip_;
        if (at >= pixels_.size()) return;
        pixels_.write_at(
            bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), pixels_.size() - at))), at);
    }
    void expect_all(const std::string& name) const {
        if (seen_ >= skip_ + pixels_.size()) return;
        throw FitsError(FitsFault::truncated, name + ": unpacks to " + std::to_string(seen_) + " bytes, " +
                                                  std::to_string(skip_ + pixels_.size()) + " expected");
    }

private:
    ScratchPiece& pixels_;
    std::uint64_t skip_;
    std::uint64_t seen_ = 0;
};

std::unique_ptr<PackedFits> unpack_tiles(const ByteSource& source, const UnpackSetup& setup) {
    FzPicture picture = pass_fz_gate(source);
    const FitsLayout& l = picture.layout;
    const Descriptor clean(::memfd_create("nightstack-fz", MFD_CLOEXEC));
    if (clean.get() < 0) throw IoError(std::string("no memory to unpack: ") + std::strerror(errno), errno);
    write_clean_file(clean.get(), picture, source);
    const auto pixels = setup.store->reserve(l.data_bytes);
    const std::uint64_t row = static_cast<std::uint64_t>(l.width) * l.sample_bytes();
    const std::uint64_t tiles = kMega / std::max<std::uint64_t>(1, row * static_cast<std::uint64_t>(picture.tile_rows));
    const std::int64_t slab = std::min<std::int64_t>(
        l.height, picture.tile_rows * static_cast<std::int64_t>(std::max<std::uint64_t>(1, tiles)));
    // cfitsio holds a few copies of a row of tiles, eight bytes a pixel.
    const std::uint64_t tile_row = std::max<std::uint64_t>(static_cast<std::uint64_t>(picture.tile_pixels),
                                                           static_cast<std::uint64_t>(l.width * picture.tile_rows));
    PixelSink sink(*pixels, 0);
    run_unpacker(setup.helper,
                 {"tiles", std::to_string(l.width), std::to_string(l.height), std::to_string(l.planes),
                  std::to_string(l.bitpix), std::to_string(slab), picture.quantised ? "quantised" : "exact"},
                 clean.get(), limits_for(l.data_bytes, 32 * tile_row + picture.table_bytes, setup.stop), std::ref(sink),
                 source.name);
    sink.expect_all(source.name);
    return std::make_unique<PackedFits>(std::move(picture.header), l, pixels, source.name);
}

FitsHdu gzip_header(const ByteSource& source) {
    const std::string start = gzip_start(source, kMaxHeaderBlocks * kFitsBlock);
    return read_primary_header(memory_source(std::as_bytes(std::span(start)), source.name));
}

std::unique_ptr<PackedFits> unpack_gzip(const std::filesystem::path& path, const ByteSource& source,
                                        const UnpackSetup& setup) {
    FitsHdu hdu = gzip_header(source);
    const std::uint64_t bytes = hdu.layout.data_bytes;
    if (bytes > kMaxUnpacked || bytes / kMaxGzipRatio > source.size) {
        throw FitsError(FitsFault::header, source.name + ": " + std::to_string(source.size) + " bytes unpack to " +
                                               std::to_string(bytes) + "; at most 1 GiB, and " +
                                               std::to_string(kMaxGzipRatio) + " times as much, are unpacked");
    }
    const Descriptor input(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (input.get() < 0) throw IoError("cannot open " + source.name + ": " + std::strerror(errno), errno);
    const auto pixels = setup.store->reserve(bytes);
    PixelSink sink(*pixels, hdu.layout.data_at);
    run_unpacker(setup.helper, {"gzip"}, input.get(), limits_for(hdu.layout.data_at + bytes + kMaxTail, 0, setup.stop),
                 std::ref(sink), source.name);
    sink.expect_all(source.name);
    hdu.layout.data_at = 0;
    return std::make_unique<PackedFits>(std::move(hdu.header), hdu.layout, pixels, source.name);
}

bool is_gzip(const ByteSource& source) {
    std::array<std::byte, 2> magic{};
    if (source.size < magic.size()) return false;
    source.read_at(magic, 0);
    return magic[0] == std::byte{0x1F} && magic[1] == std::byte{0x8B};
}

}  // namespace

PackedFits::PackedFits(FitsHeader header, const FitsLayout& layout, std::shared_ptr<const ScratchPiece> pixels,
                       const std::string& name)
    : header_(std::move(header)),
      layout_(layout),
      pixels_(std::move(pixels)),
      format_(stream_format(header_, layout_, name)),
      info_(frame_info(header_)),
      reversed_(rows_bottom_up(header_)) {}

void PackedFits::read(ImageView<float> out, Rect region, int plane) const {
    read_region(out, region, plane, layout_, reversed_ ? RowOrder::reversed : RowOrder::as_stored,
                [this](std::span<std::byte> bytes, std::uint64_t offset) { pixels_->read_at(bytes, offset); });
}

bool can_unpack(const ByteSource& source) {
    std::array<char, 6> magic{};
    if (source.size < magic.size()) return false;
    source.read_at(std::as_writable_bytes(std::span(magic)), 0);
    return is_gzip(source) || std::string_view(magic.data(), magic.size()) == "SIMPLE";
}

std::unique_ptr<PackedFits> open_packed_fits(const std::filesystem::path& path, const UnpackSetup& setup) {
    const ByteSource source = file_source(path);
    return is_gzip(source) ? unpack_gzip(path, source, setup) : unpack_tiles(source, setup);
}

FitsHeader packed_fits_header(const std::filesystem::path& path) {
    const ByteSource source = file_source(path);
    return is_gzip(source) ? gzip_header(source).header : read_fz_header(source);
}

}  // namespace nightstack::io
