// SPDX-License-Identifier: MIT
#include "tools/session/carried_wcs.h"

#include "pipeline/core/error.h"
#include "tools/solve/wcs_header.h"

namespace nightstack::tools {
namespace {

// Canvas pixels are counted from the canvas' corner and are 1 / scale reference pixels wide (canvas.h).
Wcs on_canvas(const Wcs& wcs, const Canvas& canvas) {
    const auto shift = [&](int corner) { return (0.5 - corner) * canvas.scale - 0.5; };
    return rescaled(wcs, canvas.scale, {shift(canvas.x0), shift(canvas.y0)});
}

}  // namespace

CarriedWcs carried_wcs(const InputFrame& reference, const Canvas& canvas) {
    CarriedWcs carried;
    const io::FitsHeader* header = reference.file ? fits_header(*reference.file) : nullptr;
    if (header == nullptr || !header->has("CTYPE1")) return carried;
    try {
        Wcs wcs = wcs_of(*header, reference.shown);
        if (reference.file->rows_reversed()) wcs = turned_over(wcs, reference.file->format().height);
        carried.cards = wcs_cards(on_canvas(wcs, canvas), header->logical("PLTSOLVD").value_or(false));
        carried.cards.history("sky coordinates: those of the reference frame, moved to this picture's grid");
        carried.text = "sky coordinates: taken over from the reference frame";
        carried.found = true;
    } catch (const FormatError& e) {
        carried.text = std::string("sky coordinates of the reference frame not taken over: ") + e.what();
    }
    return carried;
}

}  // namespace nightstack::tools
