// SPDX-License-Identifier: MIT
#include "device/sim/card/card.h"

#include <atomic>
#include <optional>
#include <utility>

#include "device/sim/card/bench.h"
#include "device/sim/card/card_names.h"
#include "device/sim/card/film.h"
#include "device/sim/card/frame_bytes.h"
#include "device/sim/card/raw_session.h"
#include "io/image_files/exif.h"
#include "pipeline/core/error.h"

namespace nightstack::device::sim {
namespace {

constexpr double kDaylight = 0.02;                   // of the full range: above, it is no night
constexpr double kVideoRate = 0.2, kLapseRate = 25;  // pictures a second of the film

// Seen on real scopes: place and all. Where they have it from is not known; here it is what the client told.
io::ExifFacts photo_facts(const Exposed& e) {
    io::ExifFacts facts{"DWARFLAB", "DWARFII", exif_time(scope_begin(e)), e.exposure_s, {}};
    if (e.told_site) facts.place = {e.told_site->latitude_deg, e.told_site->longitude_deg};
    return facts;
}

// What makes a tone of raw values: black and white of the sensor at this binning.
struct Range {
    double black, white;
};

Range range_of(const Exposed& e, bool full_range) {
    const double units = full_range ? 16 : e.binning == 1 ? 4 : 1;
    return {kBlack * units, kWhite * units};
}

}  // namespace

class Card::Parts {
public:
    Parts(const CardOptions& options, std::unique_ptr<PictureMaker> maker, std::shared_ptr<CaptureBoard> board)
        : bench(options, std::move(maker), std::move(board)) {
        write_junk();
    }

    void develop(const Exposed& e, bool more_waiting);
    // Over even if its last words find no room.
    void end_session() {
        if (const std::unique_ptr<RawSession> ended = std::exchange(session_, nullptr)) ended->end();
    }

    Bench bench;
    std::atomic<int> frames{0};

private:
    void write_junk();
    void raw(const Exposed& e, bool more_waiting);
    void dark(const Exposed& e);
    void film(const Exposed& e);
    Rgb8 picture(const Exposed& e, int width, int height);
    void write_picture(const Exposed& e, const std::string& folder, const std::string& name);

    std::unique_ptr<RawSession> session_;
    std::optional<Film> film_;
    std::optional<Exposed> first_tile_;  // its light sets the exposure of all
};

// On every scope: a test picture, and what the search for a target has left.
void Card::Parts::write_junk() {
    Rgb8 gray{kThumbnailWidth, kThumbnailHeight, {}};
    gray.samples.assign(std::size_t{3} * kThumbnailWidth * kThumbnailHeight, 32);
    const std::string jpeg = bench.jpeg(gray);
    for (const char* name : {"Astronomy/test_vega.jpeg", "Astronomy/DWARF_GOTO_20230901205512/0000.jpg"})
        if (!bench.tree.has(name)) bench.tree.write(name, jpeg);
}

void Card::Parts::develop(const Exposed& e, bool more_waiting) {
    switch (e.kind) {
        case Exposed::Kind::raw: return raw(e, more_waiting);
        case Exposed::Kind::dark: return dark(e);
        case Exposed::Kind::photo: return write_picture(e, "Normal_Photos/", photo_file(e, bench.options.layout));
        case Exposed::Kind::video:
        case Exposed::Kind::time_lapse: return film(e);
        case Exposed::Kind::tile: return write_picture(e, "Panoramas/" + e.session + "/", tile_file(e));
        case Exposed::Kind::sample: return;
    }
}

void Card::Parts::raw(const Exposed& e, bool more_waiting) {
    if (e.over) return end_session();
    if (!session_ || !session_->holds(e)) {
        end_session();
        session_ = std::make_unique<RawSession>(bench, e);
    }
    if (session_->take(e, more_waiting)) ++frames;
    if (e.last) end_session();
}

void Card::Parts::dark(const Exposed& e) {
    bench.expose(e, e);
    bench.tree.write(dark_folder(e, bench.options.layout) + "/" + dark_file(e, bench.options.layout),
                     fits_bytes(e, bench.options, bench.pixels.cview()), e.writing);
}

// As the scope shows what it has just taken: by night stretched, by day as the sensor has it.
Rgb8 Card::Parts::picture(const Exposed& e, int width, int height) {
    const Range range = range_of(e, bench.options.full_range);
    const double dusk = range.black + kDaylight * (range.white - range.black);
    // Tiles of a panorama have to fit each other.
    if (e.kind == Exposed::Kind::tile || middle_of_green(bench.colour) > dusk)
        return day_picture(bench.colour, range.black, range.white, width, height);
    return night_picture(bench.colour, width, height);
}

void Card::Parts::write_picture(const Exposed& e, const std::string& folder, const std::string& name) {
    const bool tile = e.kind == Exposed::Kind::tile;
    if (tile && (!first_tile_ || first_tile_->session != e.session || e.index == 0)) first_tile_ = e;
    bench.expose(e, tile ? *first_tile_ : e);
    const Colour& colour = bench.colours();
    const std::string jpeg = bench.jpeg(picture(e, 2 * colour.width(), 2 * colour.height()));
    const bool photo = e.kind == Exposed::Kind::photo;
    bench.tree.write(folder + name, photo ? io::with_exif(jpeg, photo_facts(e)) : jpeg, e.writing);
    bench.write_thumbnail(folder + "Thumbnail/" + name, picture(e, kThumbnailWidth, kThumbnailHeight));
    if (e.kind == Exposed::Kind::tile) bench.maker->written(e, "DWARF_II/" + folder + name);
}

void Card::Parts::film(const Exposed& e) {
    bench.expose(e, e);
    const Colour& colour = bench.colours();
    const Rgb8 shown = picture(e, 2 * colour.width(), 2 * colour.height());
    const bool first = e.index == 0 || !film_ || film_->width() != shown.width || film_->height() != shown.height;
    if (first) film_.emplace(shown.width, shown.height, e.kind == Exposed::Kind::video ? kVideoRate : kLapseRate);
    const std::string name = "Videos/" + film_file(e), added = film_->picture(bench.jpeg(shown));
    if (first)
        bench.tree.write(name, film_->head() + added);
    else
        bench.tree.extend(name, film_->head(), added);
    if (!e.last) return;
    const std::string index = film_->index();
    bench.tree.extend(name, film_->head(), index);
    film_.reset();
}

Card::Card(const CardOptions& options, std::unique_ptr<PictureMaker> maker, std::shared_ptr<CaptureBoard> board)
    : parts_(std::make_unique<Parts>(options, std::move(maker), std::move(board))) {}

Card::~Card() {
    try {
        parts_->end_session();
    } catch (const Error&) {  // its last picture is lost, as when the power goes
    }
}

void Card::develop(const Exposed& exposed, bool more_waiting) { parts_->develop(exposed, more_waiting); }

void Card::show_card(bool visible) {
    try {
        parts_->bench.tree.show(visible);
    } catch (const IoError&) {  // somebody has taken the folder away already
    }
}

void Card::hurry() { parts_->bench.tree.hurry(); }

int Card::frames() const { return parts_->frames; }

}  // namespace nightstack::device::sim
