// SPDX-License-Identifier: MIT
#include "tools/session/carried_wcs.h"

#include <algorithm>
#include <utility>

#include "pipeline/core/error.h"
#include "tools/solve/wcs_header.h"

namespace nightstack::tools {
namespace {

// Canvas pixels are counted from the canvas' corner and are 1 / scale reference pixels wide (canvas.h).
Wcs on_canvas(const Wcs& wcs, const Canvas& canvas) {
    const auto shift = [&](int corner) { return (0.5 - corner) * canvas.scale - 0.5; };
    return rescaled(wcs, canvas.scale, {shift(canvas.x0), shift(canvas.y0)});
}

// Keys that a solution may have, by their beginnings.
bool is_of_sky(const std::string& key) {
    static constexpr const char* kBegin[] = {"WCSAXES", "CTYPE", "CUNIT",   "CRVAL",    "CRPIX",   "CD1_",    "CD2_",
                                             "CDELT",   "CROTA", "PC1_",    "PC2_",     "LONPOLE", "A_",      "B_",
                                             "AP_",     "BP_",   "RADESYS", "RADECSYS", "EQUINOX", "PLTSOLVD"};
    return std::ranges::any_of(kBegin, [&](const char* begin) { return key.starts_with(begin); });
}

// As it would stand in a header, without the blanks behind; "" when it does not fit there.
std::string as_card(const io::FitsCard& card) {
    std::string text = card.key;
    text.resize(8, ' ');
    text += "= ";
    if (card.kind == io::FitsCardKind::text) {
        text += "'";
        for (const char c : card.value) text += c == '\'' ? "''" : std::string(1, c);
        text += "'";
    } else {
        text += card.value;
    }
    return text.size() <= 80 ? text : "";
}

}  // namespace

LedgerSky sky_of(const InputFrame& frame) {
    constexpr std::size_t kMostCards = 500;  // SIP of the highest order has 220
    LedgerSky sky;
    if (!frame.file) return sky;
    sky.rows_reversed = frame.file->rows_reversed();
    const io::FitsHeader* header = fits_header(*frame.file);
    if (header == nullptr || !header->has("CTYPE1")) return sky;
    for (const io::FitsCard& card : header->cards()) {
        if (card.kind == io::FitsCardKind::commentary || !is_of_sky(card.key) || sky.cards.size() == kMostCards)
            continue;
        if (std::string text = as_card(card); !text.empty()) sky.cards.push_back(std::move(text));
    }
    return sky;
}

CarriedWcs carried_wcs(const LedgerSky& sky, int height, const std::string& name, const Canvas& canvas) {
    CarriedWcs carried;
    const io::FitsHeader header = header_of_lines(sky.cards);
    if (!header.has("CTYPE1")) return carried;
    try {
        Wcs wcs = wcs_of(header, name);
        if (sky.rows_reversed) wcs = turned_over(wcs, height);
        carried.cards = wcs_cards(on_canvas(wcs, canvas), header.logical("PLTSOLVD").value_or(false));
        carried.cards.history("sky coordinates: those of the reference frame, moved to this picture's grid");
        carried.text = "sky coordinates: taken over from the reference frame";
        carried.found = true;
    } catch (const FormatError& e) {
        carried.text = std::string("sky coordinates of the reference frame not taken over: ") + e.what();
    }
    return carried;
}

CarriedWcs carried_wcs(const InputFrame& reference, const Canvas& canvas) {
    return carried_wcs(sky_of(reference), reference.file ? reference.file->format().height : 0, reference.shown,
                       canvas);
}

}  // namespace nightstack::tools
