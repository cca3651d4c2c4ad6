// SPDX-License-Identifier: MIT
#include "io/pano_files/block_writer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

class RowsIntoBlocks final : public RowsWriter {
public:
    explicit RowsIntoBlocks(BlockWriter& blocks) : blocks_(blocks), grid_(blocks.grid()) {
        band_.resize(row_bytes() * static_cast<std::size_t>(std::min(grid_.block, grid_.height)));
    }

    void append(std::span<const std::byte> rows, int count, Runner& runner) override {
        if (count < 0 || count > grid_.height - given_ || rows.size() != row_bytes() * static_cast<std::size_t>(count))
            throw OptionError("blocks: " + std::to_string(count) + " rows in " + std::to_string(rows.size()) +
                              " bytes after " + std::to_string(given_) + " of " + std::to_string(grid_.height));
        while (count > 0) {
            const int held = given_ % grid_.block;
            const int n = std::min(count, grid_.block - held);
            const std::size_t bytes = row_bytes() * static_cast<std::size_t>(n);
            std::copy_n(rows.begin(), bytes, band_.begin() + static_cast<std::ptrdiff_t>(row_bytes()) * held);
            rows = rows.subspan(bytes);
            count -= n;
            given_ += n;
            if (given_ % grid_.block == 0 || given_ == grid_.height) write_band((given_ - 1) / grid_.block, runner);
        }
    }

    void finish(Runner& /*runner*/) override {
        if (given_ != grid_.height)
            throw OptionError("blocks: finished after " + std::to_string(given_) + " of " +
                              std::to_string(grid_.height) + " rows");
        blocks_.finish();
    }

private:
    std::size_t row_bytes() const { return static_cast<std::size_t>(grid_.width) * grid_.pixel_bytes(); }

    void write_band(int row, Runner& runner) {
        runner.run(grid_.across(), 1, [&](int begin, int end) {
            std::vector<std::byte> block;
            for (int column = begin; column < end; ++column) {
                const Rect place = grid_.place(column, row);
                block.resize(grid_.bytes(place));
                const std::size_t bytes = static_cast<std::size_t>(place.width) * grid_.pixel_bytes();
                const std::byte* from = band_.data() + static_cast<std::size_t>(place.x) * grid_.pixel_bytes();
                for (int y = 0; y < place.height; ++y)
                    std::copy_n(from + static_cast<std::size_t>(y) * row_bytes(), bytes,
                                block.data() + static_cast<std::size_t>(y) * bytes);
                blocks_.write_block(column, row, block);
            }
        });
    }

    BlockWriter& blocks_;
    const BlockGrid grid_;
    std::vector<std::byte> band_;
    int given_ = 0;
};

}  // namespace

Rect BlockGrid::place(int column, int row) const {
    const Rect all{0, 0, width, height};
    return intersected(all, {column * block, row * block, block, block});
}

std::size_t BlockGrid::pixel_bytes() const {
    const std::size_t size = sample == RowSample::u8 ? 1 : sample == RowSample::u16 ? 2 : 4;
    return size * static_cast<std::size_t>(channels);
}

std::size_t BlockGrid::bytes(const Rect& place) const {
    return static_cast<std::size_t>(place.width) * static_cast<std::size_t>(place.height) * pixel_bytes();
}

std::unique_ptr<RowsWriter> rows_into_blocks(BlockWriter& blocks) { return std::make_unique<RowsIntoBlocks>(blocks); }

}  // namespace nightstack::io
