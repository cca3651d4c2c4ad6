// SPDX-License-Identifier: MIT
#include "tools/session/products.h"

#include <algorithm>
#include <future>
#include <limits>
#include <optional>
#include <utility>

#include "io/fits/row_gatherer.h"
#include "io/fits/writer.h"
#include "pipeline/core/error.h"
#include "pipeline/stages/stars/statistics.h"
#include "tools/session/flag_plane.h"
#include "tools/session/linear_pictures.h"
#include "tools/session/preview.h"

namespace nightstack::tools {
namespace {

// Position of each picture in the FITS, FLAG behind them where there is one. Siril takes an extension that follows the
// stack and has its sample type for the next frame of a sequence, and then refuses the file: so one of the other type
// comes first.
struct Parts {
    std::size_t variance, coverage, rejected;
};
constexpr std::size_t kValue = 0;
constexpr Parts kBehindFloats{3, 1, 2};
constexpr Parts kBehindWholes{1, 2, 3};

constexpr std::size_t kFlag = 4;

constexpr int kPrimaryHeaderBlocks = 12;  // 432 cards: about 50 of ours, 105 of a WCS, the rest is HISTORY

std::vector<io::FitsImageSpec> layout(const StackSummary& s, io::FitsSample values) {
    const int w = s.canvas.width;
    const int h = s.canvas.height;
    const Parts& parts = values == io::FitsSample::f32 ? kBehindFloats : kBehindWholes;
    std::vector<io::FitsImageSpec> specs(4);
    specs[kValue] = {"", w, h, s.planes, values, kPrimaryHeaderBlocks};
    specs[parts.variance] = {"VAR", w, h, s.planes, io::FitsSample::f32, 1};
    specs[parts.coverage] = {"COV", w, h, s.planes, io::FitsSample::u16, 1};
    specs[parts.rejected] = {"REJ", w, h, 2 * s.planes, io::FitsSample::u16, 1};
    if (s.flags) specs.push_back({"FLAG", w, h, s.planes, io::FitsSample::u16, 1});
    return specs;
}

io::FitsCards part_cards(const char* unit, const char* comment) {
    io::FitsCards cards;
    cards.text("BUNIT", unit);
    cards.comment(comment);
    return cards;
}

}  // namespace

std::vector<std::string> names_there(const std::vector<std::filesystem::path>& files) {
    std::vector<std::string> names;
    for (const std::filesystem::path& file : files) {
        std::error_code error;
        if (std::filesystem::exists(file, error)) names.push_back(file.filename().string());
    }
    return names;
}

void write_report(const ProductPaths& paths, io::Overwrite overwrite, const std::string& report_json,
                  const PageWords& words) {
    io::OutputFile json(paths.json(), overwrite);
    json.append(report_json);
    if (paths.has_page) {
        io::OutputFile page(paths.html(), overwrite);
        write_page(page, report_json, words, nullptr);
        page.publish();
    }
    json.publish();
}

struct StackWriter::State {
    ProductPaths paths;
    io::Overwrite overwrite = io::Overwrite::no;
    ProductFormats formats;
    Runner& runner;
    std::stop_token stop;
    StackSummary summary = {};
    std::unique_ptr<io::FitsWriter> fits = nullptr;
    std::optional<io::FitsRowGatherer> tiles = std::nullopt;  // on their way there
    std::optional<LinearScale> scale = std::nullopt;          // once asked for, where there is one

    PictureRows rows() const {
        PictureRows picture;
        picture.width = summary.canvas.width;
        picture.height = summary.canvas.height;
        picture.planes = summary.planes;
        picture.values = [this](int plane, int y, std::span<float> values) { read_row(kValue, plane, y, values); };
        picture.coverage = [this](int plane, int y, std::span<std::uint16_t> coverage) {
            std::vector<float> row(coverage.size());
            read_row(kBehindFloats.coverage, plane, y, row);
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
    void write_png(io::OutputFile& file) const;
    // Of a page: the PNG that is written anyway, or one of its own that gets no name.
    const io::OutputFile* page_picture(const std::optional<io::OutputFile>& png,
                                       std::optional<io::OutputFile>& own) const;
    void to_16_bits();
};

void StackWriter::State::write_png(io::OutputFile& file) const {
    if (formats.png == PngKind::linear16) return write_linear_png(file, rows(), *scale, runner);
    write_preview(file, rows(), summary.white_adu, formats.png, runner);
}

const io::OutputFile* StackWriter::State::page_picture(const std::optional<io::OutputFile>& png,
                                                       std::optional<io::OutputFile>& own) const {
    if (!paths.has_page) return nullptr;
    if (formats.png == PngKind::stretched8 || formats.png == PngKind::stretched16) return &*png;
    write_preview(own.emplace(paths.html(), overwrite), rows(), summary.white_adu, PngKind::stretched8, runner);
    return &*own;
}

// The float file becomes the source of another one and then goes, nameless as it was.
void StackWriter::State::to_16_bits() {
    const int width = summary.canvas.width;
    auto out = std::make_unique<io::FitsWriter>(paths.fits, layout(summary, io::FitsSample::u16), overwrite);
    const auto copy = [&](std::size_t from, std::size_t to, int planes, auto convert, bool as_float) {
        parallel_rows(runner, planes * summary.canvas.height, [&](int i) {
            if (stop.stop_requested()) throw Interrupted();
            const int plane = i / summary.canvas.height;
            const Rect where{0, i % summary.canvas.height, width, 1};
            Image<float> row(width, 1);
            fits->read(row.view(), from, plane, where);
            if (as_float) return out->write(to, plane, where, row.cview());
            Image<std::uint16_t> whole(width, 1);
            std::transform(row.view().row_data(0), row.view().row_data(0) + width, whole.view().row_data(0), convert);
            out->write(to, plane, where, whole.cview());
        });
    };
    const auto same = [](float v) { return static_cast<std::uint16_t>(v); };
    const Parts& f = kBehindFloats;
    const Parts& w = kBehindWholes;
    copy(
        kValue, kValue, summary.planes, [&](float v) { return scale->stored(v); }, false);
    copy(f.variance, w.variance, summary.planes, same, true);
    copy(f.coverage, w.coverage, summary.planes, same, false);
    copy(f.rejected, w.rejected, 2 * summary.planes, same, false);
    if (summary.flags) copy(kFlag, kFlag, summary.planes, same, false);
    fits = std::move(out);
}

StackWriter::StackWriter(const ProductPaths& paths, io::Overwrite overwrite, const ProductFormats& formats,
                         Runner& runner, std::stop_token stop)
    : state_(new State{paths, overwrite, formats, runner, std::move(stop)}) {
    if (overwrite == io::Overwrite::yes) return;
    // Say so before the work, not after it.
    for (const auto& path : {paths.fits, paths.json()}) io::refuse_existing_output(path);
    if (formats.png != PngKind::none) io::refuse_existing_output(paths.png());
    if (formats.tiff) io::refuse_existing_output(paths.tiff());
    if (paths.has_page) io::refuse_existing_output(paths.html());
}

StackWriter::~StackWriter() = default;

void StackWriter::begin(const StackSummary& summary) {
    state_->summary = summary;
    state_->tiles.reset();
    state_->fits.reset();  // removes what an earlier try has written
    state_->fits =
        std::make_unique<io::FitsWriter>(state_->paths.fits, layout(summary, io::FitsSample::f32), state_->overwrite);
    state_->tiles.emplace(*state_->fits, state_->formats.gathered_bytes);
}

void StackWriter::put(const StackTile& t) {
    io::FitsRowGatherer& fits = *state_->tiles;
    fits.write(kValue, t.plane, t.tile, t.value);
    fits.write(kBehindFloats.variance, t.plane, t.tile, t.variance);
    fits.write(kBehindFloats.coverage, t.plane, t.tile, t.coverage);
    fits.write(kBehindFloats.rejected, t.plane, t.tile, t.low);
    fits.write(kBehindFloats.rejected, state_->summary.planes + t.plane, t.tile, t.high);
    if (state_->summary.flags) fits.write(kFlag, t.plane, t.tile, flag_plane(t.flag).cview());
}

void StackWriter::end_tiles() {
    state_->tiles->flush();
    state_->tiles.reset();
}

std::array<double, 3> StackWriter::noise() const {
    const Canvas& canvas = state_->summary.canvas;
    constexpr int kSide = 1024;  // the middle of the canvas: most frames cover it
    const int width = std::min(kSide, canvas.width);
    const int height = std::min(kSide, canvas.height);
    const Rect middle{(canvas.width - width) / 2, (canvas.height - height) / 2, width, height};
    std::array<double, 3> noise{};
    state_->runner.run(state_->summary.planes, 1, [&](int p, int) {
        Image<float> value(width, height);
        Image<float> coverage(width, height);
        state_->fits->read(value.view(), kValue, p, middle);
        state_->fits->read(coverage.view(), kBehindFloats.coverage, p, middle);
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                if (coverage.cview()(x, y) == 0) value.view()(x, y) = std::numeric_limits<float>::quiet_NaN();
            }
        }
        noise[static_cast<std::size_t>(p)] = plane_sky(value.cview()).of[0].sigma;
    });
    return noise;
}

StackPlanes StackWriter::planes() {
    const StackSummary& s = state_->summary;
    io::FitsWriter& fits = *state_->fits;
    return {
        s.canvas.width,
        s.canvas.height,
        s.planes,
        [&fits](ImageView<float> out, int plane, Rect region) { fits.read(out, kValue, plane, region); },
        [&fits](ImageView<float> out, int plane, Rect region) {
            fits.read(out, kBehindFloats.coverage, plane, region);
        },
        [&fits](ImageView<const float> pixels, int plane, Rect region) { fits.write(kValue, plane, region, pixels); }};
}

void StackWriter::read_mixed(ImageView<float> out, const Rect& region) const {
    const int planes = state_->summary.planes;
    Image<float> value(region.width, 1);
    Image<float> coverage(region.width, 1);
    for (int y = 0; y < region.height; ++y) {
        if (state_->stop.stop_requested()) throw Interrupted();
        float* sum = out.row_data(y);
        std::fill_n(sum, region.width, 0.0F);
        for (int p = 0; p < planes; ++p) {
            const float part = planes == 1 ? 1.0F : p == 1 ? 0.5F : 0.25F;
            const Rect row{region.x, region.y + y, region.width, 1};
            state_->fits->read(value.view(), kValue, p, row);
            state_->fits->read(coverage.view(), kBehindFloats.coverage, p, row);
            for (int x = 0; x < region.width; ++x) {
                const bool seen = coverage.cview()(x, 0) > 0;
                sum[x] += seen ? part * value.cview()(x, 0) : std::numeric_limits<float>::quiet_NaN();
            }
        }
    }
}

std::optional<LinearScale> StackWriter::scale() {
    State& s = *state_;
    if (s.formats.has_linear16() && !s.scale) s.scale = scale_of(s.rows(), s.runner);
    return s.scale;
}

void StackWriter::finish(const io::FitsCards& header, const std::function<std::string()>& report_json,
                         const PageWords& words) {
    State& s = *state_;
    scale();
    const bool converts = s.formats.fits_bits == 16;  // what the pictures are made of goes then
    if (!converts) set_headers(header);
    std::future<void> fits_synced;
    const auto sync_fits = [&s] { s.fits->sync(s.stop); };
    constexpr auto kAsync = std::launch::async | std::launch::deferred;  // deferred: no thread is to be had
    if (!converts) fits_synced = std::async(kAsync, sync_fits);          // the disk works while we compress
    std::optional<io::OutputFile> png;
    if (s.formats.png != PngKind::none) s.write_png(png.emplace(s.paths.png(), s.overwrite));
    std::optional<io::OutputFile> tiff;
    if (s.formats.tiff)
        write_tiff(tiff.emplace(s.paths.tiff(), s.overwrite), s.rows(),
                   s.formats.tiff_bits == 16 ? s.scale : std::nullopt, s.runner);
    std::optional<io::OutputFile> own;
    const io::OutputFile* const picture = s.page_picture(png, own);
    if (converts) {
        s.to_16_bits();
        set_headers(header);
        fits_synced = std::async(kAsync, sync_fits);
    }
    if (png) png->sync(s.stop);
    if (tiff) tiff->sync(s.stop);
    fits_synced.get();
    io::OutputFile json(s.paths.json(), s.overwrite);
    const std::string report = report_json();
    json.append(report);
    json.sync(s.stop);
    std::optional<io::OutputFile> page;
    if (s.paths.has_page) {
        write_page(page.emplace(s.paths.html(), s.overwrite), report, words, picture);
        page->sync(s.stop);
    }
    if (png) png->publish();
    if (tiff) tiff->publish();
    if (page) page->publish();
    json.publish();
    s.fits->publish();
}

void StackWriter::set_headers(const io::FitsCards& header) {
    State& s = *state_;
    const Parts& parts = s.formats.fits_bits == 16 ? kBehindWholes : kBehindFloats;
    s.fits->set_header(kValue, header);
    s.fits->set_header(parts.variance, part_cards("adu2", "variance of the value, from the scatter of its samples"));
    s.fits->set_header(parts.coverage, part_cards("", "frames that saw the pixel"));
    s.fits->set_header(parts.rejected, part_cards("", "samples rejected: low, then high, a plane per colour each"));
    if (s.summary.flags) s.fits->set_header(kFlag, part_cards("", "1: rejection may have missed outliers here"));
}

}  // namespace nightstack::tools
