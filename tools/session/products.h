// SPDX-License-Identifier: MIT
// The files of a finished stack: FITS with its planes (value, VAR, COV, REJ, of a live stack FLAG), PNG, TIFF, report,
// the report as a page.
// Each appears whole or not at all; the FITS comes last, so that a FITS under its final name means all is there.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "io/files/output_file.h"
#include "io/fits/cards.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/offline_run.h"
#include "tools/session/linear_scale.h"
#include "tools/session/preview.h"
#include "tools/session/report_file.h"
#include "tools/session/stack_planes.h"

namespace nightstack::tools {

struct ProductPaths {
    std::filesystem::path fits;
    bool has_page = false;  // --html
    std::filesystem::path folder() const { return std::filesystem::absolute(fits).parent_path(); }
    std::filesystem::path png() const { return with(".png"); }
    std::filesystem::path json() const { return with(".json"); }
    std::filesystem::path tiff() const { return with(".tif"); }
    std::filesystem::path html() const { return with(".html"); }

private:
    std::filesystem::path with(const char* extension) const {
        return std::filesystem::path(fits).replace_extension(extension);
    }
};

// The report of a session that gave no stack, and its page where there is one. Throws OptionError, IoError.
void write_report(const ProductPaths& paths, io::Overwrite overwrite, const std::string& report_json,
                  const PageWords& words = {});

// Names of those of these files that are there.
std::vector<std::string> names_there(const std::vector<std::filesystem::path>& files);

// Which files, and how the values stand in them.
struct ProductFormats {
    int fits_bits = 32;  // 16: written as float first, on the same disk, and converted at the end
    PngKind png = PngKind::stretched8;
    bool tiff = false;
    int tiff_bits = 32;
    std::size_t gathered_bytes = std::size_t{48} << 20;  // memory for tiles that wait to be whole rows of the FITS
    bool has_linear16() const { return fits_bits == 16 || png == PngKind::linear16 || (tiff && tiff_bits == 16); }
};

// Writes tiles to their final places, then everything else, with the help of a runner. Destroyed before `finish`,
// nothing is left. One thread, but for `put`.
class StackWriter {
public:
    // Throws OptionError when one of the files exists and `overwrite` is no.
    StackWriter(const ProductPaths& paths, io::Overwrite overwrite, const ProductFormats& formats, Runner& runner,
                std::stop_token stop);
    ~StackWriter();

    // The sink of a run; `begin` may come again, then everything written before is void.
    void begin(const StackSummary& summary);
    void put(const StackTile& tile);  // thread-safe
    void end_tiles();                 // after the last one; only then the rest may be called

    // Noise of the result per plane in ADU, after the last tile: sigma of neighbouring pixels as in
    // statistics.h, from bands spread over the canvas, pixels without coverage left out.
    std::array<double, 3> noise() const;

    // What was written, for what is done to it after the last tile; valid as long as the writer.
    StackPlanes planes();
    // The planes mixed as for finding stars, (R + 2G + B)/4; NaN where a plane has no coverage. Throws Interrupted.
    void read_mixed(ImageView<float> out, const Rect& region) const;
    // The scale of everything with 16 linear bits, after the last tile; none when nothing has.
    std::optional<LinearScale> scale();

    // Previews and headers; publishes all. The report is asked for when all else is on the disk, so that it can tell
    // how long that took. Throws Interrupted until all is on the disk; from then on the files get their names whatever
    // comes.
    void finish(const io::FitsCards& header, const std::function<std::string()>& report_json,
                const PageWords& words = {});

private:
    void set_headers(const io::FitsCards& header);
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace nightstack::tools
