// SPDX-License-Identifier: MIT
#include <cstring>

#include "io/image_files/png_chunks.h"
#include "io/image_files/strip_writer.h"

namespace nightstack::io {
namespace {

std::size_t row_bytes_of(const PngFormat& f) {
    f.check();
    return png_row_samples(f) * static_cast<std::size_t>(f.bits / 8);
}

class PngRowsWriter final : public StripWriter {
public:
    PngRowsWriter(OutputFile& file, const PngFormat& format)
        : StripWriter("PNG", format.height, row_bytes_of(format), png_strip_rows(format)),
          file_(file),
          format_(format) {
        put_bytes(png_head(format));
    }

private:
    EncodedStrip encoded(int strip, const std::byte* rows, int count) const override {
        const std::size_t row_bytes = row_bytes_of(format_);
        const auto pixel = static_cast<std::size_t>(format_.channels * format_.bits / 8);
        PngBytes filtered, plain(row_bytes);
        std::vector<std::uint16_t> wide(format_.bits == 16 ? png_row_samples(format_) : 0);
        filtered.reserve(static_cast<std::size_t>(count) * (row_bytes + 1));
        for (int y = 0; y < count; ++y, rows += row_bytes) {
            if (wide.empty()) {
                std::memcpy(plain.data(), rows, row_bytes);
            } else {
                std::memcpy(wide.data(), rows, row_bytes);
                put_samples(plain.data(), std::span<const std::uint16_t>(wide));
            }
            append_filtered(filtered, plain, pixel);
        }
        PngStrip made = png_strip(filtered, strip == 0, strip == strips() - 1);
        return {std::move(made.chunk), made.adler, made.bytes};
    }

    void put(int, const EncodedStrip& strip) override {
        put_bytes(strip.bytes);
        adler_ = joined_adler(adler_, strip.sum, strip.summed);
    }
    void end() override { put_bytes(png_tail(adler_)); }
    void put_bytes(const PngBytes& bytes) { file_.append(std::as_bytes(std::span(bytes))); }

    OutputFile& file_;
    PngFormat format_;
    std::uint32_t adler_ = 1;
};

}  // namespace

std::unique_ptr<RowsWriter> png_rows_writer(OutputFile& file, const PngFormat& format) {
    return std::make_unique<PngRowsWriter>(file, format);
}

}  // namespace nightstack::io
