// SPDX-License-Identifier: MIT
#include "tools/session/products.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "io/fits/writer.h"
#include "io/image_files/tiff.h"
#include "pipeline/core/error.h"
#include "pipeline/stages/stars/statistics.h"
#include "tools/session/preview.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

// Position of each picture in the FITS.
enum Part : std::size_t { kValue = 0, kVariance = 1, kCoverage = 2, kRejected = 3 };

constexpr int kPrimaryHeaderBlocks = 4;  // 144 cards: about 45 of ours, the rest is HISTORY

std::vector<io::FitsImageSpec> layout(const StackSummary& s) {
    const int w = s.canvas.width;
    const int h = s.canvas.height;
    return {{"", w, h, s.planes, io::FitsSample::f32, kPrimaryHeaderBlocks},
            {"VAR", w, h, s.planes, io::FitsSample::f32, 1},
            {"COV", w, h, s.planes, io::FitsSample::u16, 1},
            {"REJ", w, h, 2 * s.planes, io::FitsSample::u16, 1}};
}

io::FitsCards part_cards(const char* unit, const char* comment) {
    io::FitsCards cards;
    cards.text("BUNIT", unit);
    cards.comment(comment);
    return cards;
}

}  // namespace

void write_report(const ProductPaths& paths, io::Overwrite overwrite, const std::string& report_json) {
    io::OutputFile json(paths.json(), overwrite);
    json.append(report_json);
    json.publish();
}

struct StackWriter::State {
    ProductPaths paths;
    io::Overwrite overwrite = io::Overwrite::no;
    bool tiff = false;
    std::stop_token stop;
    StackSummary summary;
    std::optional<io::FitsWriter> fits;

    PictureRows rows() const {
        PictureRows picture;
        picture.width = summary.canvas.width;
        picture.height = summary.canvas.height;
        picture.planes = summary.planes;
        picture.values = [this](int plane, int y, std::span<float> values) { read_row(kValue, plane, y, values); };
        picture.coverage = [this](int plane, int y, std::span<std::uint16_t> coverage) {
            std::vector<float> row(coverage.size());
            read_row(kCoverage, plane, y, row);
            std::transform(row.begin(), row.end(), coverage.begin(),
                           [](float v) { return static_cast<std::uint16_t>(v); });
        };
        return picture;
    }
    void read_row(std::size_t part, int plane, int y, std::span<float> values) const {
        if (stop.stop_requested()) throw Interrupted();
        const int width = static_cast<int>(values.size());
        fits->read(ImageView<float>(values.data(), width, 1, width), part, plane, {0, y, width, 1});
    }
    void write_tiff(io::OutputFile& file) const;
};

// Row by row, so that no frame-size buffer is needed.
void StackWriter::State::write_tiff(io::OutputFile& file) const {
    const int width = summary.canvas.width;
    io::TiffWriter writer(file, {width, summary.canvas.height, summary.planes, io::TiffSample::float32,
                                 std::string("nightstack ") + kVersion});
    Image<float> row(width, summary.planes);
    std::vector<ImageView<const float>> views;
    for (int p = 0; p < summary.planes; ++p) views.push_back(row.cview().cropped({0, p, width, 1}));
    for (int y = 0; y < summary.canvas.height; ++y) {
        for (int p = 0; p < summary.planes; ++p) read_row(kValue, p, y, row.view().row(p));
        writer.write_rows(y, views);
    }
    writer.finish();
}

StackWriter::StackWriter(const ProductPaths& paths, io::Overwrite overwrite, bool tiff, std::stop_token stop)
    : state_(std::make_unique<State>()) {
    state_->paths = paths;
    state_->overwrite = overwrite;
    state_->tiff = tiff;
    state_->stop = std::move(stop);
    if (overwrite == io::Overwrite::yes) return;
    // Say so before the work, not after it.
    for (const auto& path : {paths.fits, paths.png(), paths.json()}) io::refuse_existing_output(path);
    if (tiff) io::refuse_existing_output(paths.tiff());
}

StackWriter::~StackWriter() = default;

void StackWriter::begin(const StackSummary& summary) {
    state_->summary = summary;
    state_->fits.reset();  // removes what an earlier try has written
    state_->fits.emplace(state_->paths.fits, layout(summary), state_->overwrite);
}

void StackWriter::put(const StackTile& t) {
    io::FitsWriter& fits = *state_->fits;
    fits.write(kValue, t.plane, t.tile, t.value);
    fits.write(kVariance, t.plane, t.tile, t.variance);
    fits.write(kCoverage, t.plane, t.tile, t.coverage);
    fits.write(kRejected, t.plane, t.tile, t.low);
    fits.write(kRejected, state_->summary.planes + t.plane, t.tile, t.high);
}

std::array<double, 3> StackWriter::noise() const {
    const Canvas& canvas = state_->summary.canvas;
    constexpr int kSide = 1024;  // the middle of the canvas: most frames cover it
    const int width = std::min(kSide, canvas.width);
    const int height = std::min(kSide, canvas.height);
    const Rect middle{(canvas.width - width) / 2, (canvas.height - height) / 2, width, height};
    Image<float> value(width, height);
    Image<float> coverage(width, height);
    std::array<double, 3> noise{};
    for (int p = 0; p < state_->summary.planes; ++p) {
        state_->fits->read(value.view(), kValue, p, middle);
        state_->fits->read(coverage.view(), kCoverage, p, middle);
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                if (coverage.cview()(x, y) == 0) value.view()(x, y) = std::numeric_limits<float>::quiet_NaN();
            }
        }
        noise[static_cast<std::size_t>(p)] = plane_sky(value.cview()).of[0].sigma;
    }
    return noise;
}

void StackWriter::finish(const io::FitsCards& header, const std::string& report_json) {
    State& s = *state_;
    s.fits->set_header(kValue, header);
    s.fits->set_header(kVariance, part_cards("adu2", "variance of the value, from the scatter of its samples"));
    s.fits->set_header(kCoverage, part_cards("", "frames that saw the pixel"));
    s.fits->set_header(kRejected, part_cards("", "samples rejected: low, then high, a plane per colour each"));
    io::OutputFile png(s.paths.png(), s.overwrite);
    write_preview(png, s.rows(), s.summary.white_adu);
    std::optional<io::OutputFile> tiff;
    if (s.tiff) s.write_tiff(tiff.emplace(s.paths.tiff(), s.overwrite));
    io::OutputFile json(s.paths.json(), s.overwrite);
    json.append(report_json);
    png.sync(s.stop);
    if (tiff) tiff->sync(s.stop);
    s.fits->sync(s.stop);
    json.sync(s.stop);
    png.publish();
    if (tiff) tiff->publish();
    json.publish();
    s.fits->publish();
}

}  // namespace nightstack::tools
