// SPDX-License-Identifier: MIT
// A restart marker lets the decoder forget all that came before (ITU-T T.81, E.1.4), so what stands between two of them
// can be encoded by itself: each strip is a JPEG of its own, of which the coded data are kept. The bytes are those that
// libjpeg writes alone with the same restart interval.
#include <algorithm>
#include <array>
#include <string_view>

#include "io/image_files/jpeg_encode.h"
#include "io/image_files/strip_writer.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr int kLargestSide = 65'500;  // libjpeg's own
constexpr int kMostMcus = 65'535;     // of a restart interval
constexpr int kStripRows = 64;
constexpr std::size_t kMostXmp = 65'000;
constexpr std::string_view kXmpName("http://ns.adobe.com/xap/1.0/\0", 29);

int mcu_side(const JpegFormat& f) { return f.channels == 3 && !f.full_chroma() ? 16 : 8; }
int mcus_across(const JpegFormat& f) { return (f.width + mcu_side(f) - 1) / mcu_side(f); }

int strip_rows_of(const JpegFormat& f) {
    f.check();
    return std::min(kStripRows, kMostMcus / mcus_across(f) * mcu_side(f));
}

// Where segments of the header begin: a marker and its length.
struct Segment {
    unsigned marker;
    std::size_t at, end;
};

Segment segment_at(const std::vector<std::uint8_t>& jpeg, std::size_t at) {
    return {jpeg[at + 1], at, at + 2 + (std::size_t{jpeg[at + 2]} << 8) + jpeg[at + 3]};
}

// The coded data of libjpeg's output begin behind the header of the scan and end before the marker of the end.
std::size_t scan_begin(const std::vector<std::uint8_t>& jpeg) {
    Segment s = segment_at(jpeg, 2);
    while (s.marker != 0xDA) s = segment_at(jpeg, s.end);
    return s.end;
}

class JpegRowsWriter final : public StripWriter {
public:
    JpegRowsWriter(OutputFile& file, const JpegFormat& format)
        : StripWriter("JPEG", format.height,
                      static_cast<std::size_t>(format.width) * static_cast<std::size_t>(format.channels),
                      strip_rows_of(format)),
          file_(file),
          format_(format),
          restart_mcus_(static_cast<unsigned>(strip_rows_of(format) / mcu_side(format) * mcus_across(format))) {}

private:
    EncodedStrip encoded(int, const std::byte* rows, int count) const override {
        const JpegPlan plan{.width = format_.width,
                            .rows = count,
                            .channels = format_.channels,
                            .quality = format_.quality,
                            .full_chroma = format_.full_chroma(),
                            .restart_mcus = strips() > 1 ? restart_mcus_ : 0};
        return {.bytes = encoded_jpeg(plan, reinterpret_cast<const std::uint8_t*>(rows))};
    }

    void put(int strip, const EncodedStrip& encoded) override {
        const std::size_t begin = scan_begin(encoded.bytes);
        if (strip == 0) {
            put_header(encoded.bytes, begin);
        } else {
            const std::array<std::uint8_t, 2> restart{0xFF, static_cast<std::uint8_t>(0xD0 + (strip - 1) % 8)};
            append_bytes(restart);
        }
        append_bytes(std::span(encoded.bytes).subspan(begin, encoded.bytes.size() - 2 - begin));
    }

    void end() override {
        constexpr std::array<std::uint8_t, 2> kEnd{0xFF, 0xD9};
        append_bytes(kEnd);
    }

    // That of the first strip, with the height of the whole, and XMP behind JFIF, which wants to be the first.
    void put_header(const std::vector<std::uint8_t>& first, std::size_t size) {
        std::vector<std::uint8_t> head(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(size));
        const Segment jfif = segment_at(head, 2);
        for (Segment s = jfif; s.end < size; s = segment_at(head, s.end)) {
            if (s.marker != 0xC0) continue;
            head[s.at + 5] = static_cast<std::uint8_t>(format_.height >> 8);
            head[s.at + 6] = static_cast<std::uint8_t>(format_.height);
        }
        if (!format_.xmp.empty()) {
            const std::size_t length = 2 + kXmpName.size() + format_.xmp.size();
            std::vector<std::uint8_t> app{0xFF, 0xE1, static_cast<std::uint8_t>(length >> 8),
                                          static_cast<std::uint8_t>(length)};
            app.insert(app.end(), kXmpName.begin(), kXmpName.end());
            app.insert(app.end(), format_.xmp.begin(), format_.xmp.end());
            head.insert(head.begin() + static_cast<std::ptrdiff_t>(jfif.end), app.begin(), app.end());
        }
        append_bytes(head);
    }

    void append_bytes(std::span<const std::uint8_t> bytes) { file_.append(std::as_bytes(bytes)); }

    OutputFile& file_;
    JpegFormat format_;
    unsigned restart_mcus_;
};

}  // namespace

void JpegFormat::check() const {
    const std::string size = std::to_string(width) + "x" + std::to_string(height);
    if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide)
        throw OptionError("JPEG: size " + size + " cannot be written; at most 65500 a side");
    if (channels != 1 && channels != 3)
        throw OptionError("JPEG: " + std::to_string(channels) + " channels; 1 or 3 can be written");
    if (quality < 1 || quality > 100) throw OptionError("JPEG: quality " + std::to_string(quality) + "; 1 to 100");
    if (xmp.size() > kMostXmp) throw OptionError("JPEG: an XMP packet of " + std::to_string(xmp.size()) + " bytes");
}

std::unique_ptr<RowsWriter> jpeg_rows_writer(OutputFile& file, const JpegFormat& format) {
    return std::make_unique<JpegRowsWriter>(file, format);
}

}  // namespace nightstack::io
