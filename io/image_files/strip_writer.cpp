// SPDX-License-Identifier: MIT
#include "io/image_files/strip_writer.h"

#include <algorithm>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack::io {

StripWriter::StripWriter(const char* kind, int height, std::size_t row_bytes, int strip_rows)
    : kind_(kind), height_(height), row_bytes_(row_bytes), strip_rows_(strip_rows) {}

void StripWriter::append(std::span<const std::byte> rows, int count, Runner& runner) {
    if (count < 0 || count > height_ - given_ || rows.size() != row_bytes_ * static_cast<std::size_t>(count))
        throw OptionError(std::string(kind_) + ": " + std::to_string(count) + " rows in " +
                          std::to_string(rows.size()) + " bytes after " + std::to_string(given_) + " of " +
                          std::to_string(height_));
    given_ += count;
    const std::size_t strip = row_bytes_ * static_cast<std::size_t>(strip_rows_);
    if (!waiting_.empty()) {
        const std::span<const std::byte> more = rows.first(std::min(rows.size(), strip - waiting_.size()));
        waiting_.insert(waiting_.end(), more.begin(), more.end());
        rows = rows.subspan(more.size());
        if (waiting_.size() < strip && given_ < height_) return;
        encode(waiting_.data(), static_cast<int>(waiting_.size() / row_bytes_), runner);
        waiting_.clear();
    }
    const std::size_t now = given_ == height_ ? rows.size() : rows.size() / strip * strip;
    encode(rows.data(), static_cast<int>(now / row_bytes_), runner);
    waiting_.assign(rows.begin() + static_cast<std::ptrdiff_t>(now), rows.end());
}

void StripWriter::encode(const std::byte* rows, int count, Runner& runner) {
    const int strips = (count + strip_rows_ - 1) / strip_rows_;
    std::vector<EncodedStrip> done(static_cast<std::size_t>(strips));
    runner.run(strips, 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            const std::byte* first =
                rows + static_cast<std::size_t>(i) * static_cast<std::size_t>(strip_rows_) * row_bytes_;
            done[static_cast<std::size_t>(i)] =
                encoded(put_ + i, first, std::min(strip_rows_, count - i * strip_rows_));
        }
    });
    for (const EncodedStrip& strip : done) put(put_++, strip);
}

void StripWriter::finish(Runner& /*runner*/) {
    if (given_ != height_)
        throw OptionError(std::string(kind_) + ": finished after " + std::to_string(given_) + " of " +
                          std::to_string(height_) + " rows");
    end();
}

}  // namespace nightstack::io
