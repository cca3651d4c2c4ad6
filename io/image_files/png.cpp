// SPDX-License-Identifier: MIT
// The file is cut into strips of rows; each is filtered and deflated by itself (deflate.h) and becomes a chunk of its
// own. A stack is noise to a compressor: looking for repetitions would cost much and gain nothing.
#include "io/image_files/png.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "io/image_files/png_chunks.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr int kLargestAxis = 1'000'000;  // what libpng reads by default

// Takes the file piece by piece, from one thread at a time.
using Sink = std::function<void(std::span<const std::byte>)>;

void append(const Sink& sink, const PngBytes& bytes) { sink(std::as_bytes(std::span(bytes))); }

// Makes strips, in any order, and appends them in theirs.
template <class Sample, class Row>
class RowStrips {
public:
    RowStrips(const Sink& sink, const PngFormat& format, const Row& row)
        : sink_(sink),
          format_(format),
          row_(row),
          rows_(png_strip_rows(format)),
          strips_((format.height + rows_ - 1) / rows_) {}

    // Strips are handed out in order, so that few wait for one before them.
    void run(Runner& runner) {
        runner.run(std::max(1, runner.threads()), 1, [&](int, int) {
            try {
                for (int i = next_++; i < strips_ && !failed_; i = next_++) take(i, made(i));
            } catch (...) {
                failed_ = true;
                throw;
            }
        });
        append(sink_, png_tail(adler_));
    }

private:
    PngStrip made(int index) const {
        const int first = index * rows_;
        const int rows = std::min(rows_, format_.height - first);
        const std::size_t row_bytes = png_row_samples(format_) * sizeof(Sample);
        const std::size_t step = static_cast<std::size_t>(format_.channels) * sizeof(Sample);  // to the pixel before
        std::vector<Sample> samples(png_row_samples(format_));
        PngBytes plain(row_bytes);
        PngBytes filtered;
        filtered.reserve(static_cast<std::size_t>(rows) * (row_bytes + 1));
        for (int y = first; y < first + rows; ++y) {
            row_(y, samples);
            put_samples(plain.data(), std::span<const Sample>(samples));
            append_filtered(filtered, plain, step);
        }
        return png_strip(filtered, index == 0, index == strips_ - 1);
    }

    void take(int index, PngStrip strip) {
        const std::lock_guard lock(mutex_);
        waiting_.emplace(index, std::move(strip));
        for (auto it = waiting_.find(written_); it != waiting_.end(); it = waiting_.find(written_)) {
            append(sink_, it->second.chunk);
            adler_ = joined_adler(adler_, it->second);
            waiting_.erase(it);
            ++written_;
        }
    }

    const Sink& sink_;
    const PngFormat& format_;
    const Row& row_;
    int rows_;  // of a strip
    int strips_;
    std::atomic<int> next_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_;
    std::map<int, PngStrip> waiting_;
    int written_ = 0;
    std::uint32_t adler_ = 1;
};

template <class Sample, class Row>
void write_any(const Sink& sink, const PngFormat& format, const Row& row, Runner& runner) {
    format.check();
    if (format.bits != 8 * static_cast<int>(sizeof(Sample)))
        throw OptionError("PNG: rows of " + std::to_string(8 * sizeof(Sample)) + " bits do not fit a picture of " +
                          std::to_string(format.bits));
    append(sink, png_head(format));
    RowStrips<Sample, Row>(sink, format, row).run(runner);
}

Sink into(OutputFile& file) {
    return [&file](std::span<const std::byte> bytes) { file.append(bytes); };
}

}  // namespace

void PngFormat::check() const {
    if (width < 1 || height < 1 || width > kLargestAxis || height > kLargestAxis)
        throw OptionError("PNG: size " + std::to_string(width) + "x" + std::to_string(height) + " cannot be written");
    if (channels < 1 || channels > 4)
        throw OptionError("PNG: " + std::to_string(channels) + " channels; 1 to 4 can be written");
    if (bits != 8 && bits != 16) throw OptionError("PNG: " + std::to_string(bits) + " bits; 8 or 16 can be written");
    if (software.size() > 1000) throw OptionError("PNG: software name is too long");
    if (xmp.size() > (std::size_t{1} << 20)) throw OptionError("PNG: the XMP packet is too long");
}

void write_png(OutputFile& file, const PngFormat& format, const PngRow8& row, Runner& runner) {
    write_any<std::uint8_t>(into(file), format, row, runner);
}

void write_png(OutputFile& file, const PngFormat& format, const PngRow16& row, Runner& runner) {
    write_any<std::uint16_t>(into(file), format, row, runner);
}

std::vector<std::byte> png_bytes(const PngFormat& format, const PngRow8& row, Runner& runner) {
    std::vector<std::byte> all;
    const Sink sink = [&all](std::span<const std::byte> bytes) { all.insert(all.end(), bytes.begin(), bytes.end()); };
    write_any<std::uint8_t>(sink, format, row, runner);
    return all;
}

}  // namespace nightstack::io
