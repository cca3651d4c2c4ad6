// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/core/utf8.h"
#include "tools/live/about_making-inl.h"
#include "tools/live/json_fields-inl.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kMostStars = 20'000, kMostCells = 4'000'000, kMostMasters = 10'000, kMostFiles = 100'000;
constexpr std::size_t kMostFilesInAll = 400'000, kMostCards = 500, kCardBytes = 80, kMostMastersOfFrame = 8;
constexpr std::uint64_t kMostSamples = std::uint64_t{1} << 40, kMostBytes = std::uint64_t{1} << 53;
constexpr std::size_t kStarNumbers = 8;

const Json& list_of(const Json& j, const char* key, std::size_t most) {
    const Json& list = member(j, key);
    require(list.is_array() && list.size() <= most, std::string("'") + key + "' is no list, or too long");
    return list;
}

// ---- the reference ----

Json star_json(const Star& s) { return {s.x, s.y, s.flux, s.peak, s.fwhm_px, s.roundness, s.snr, s.saturated ? 1 : 0}; }

Star parsed_star(const Json& j) {
    require(j.is_array() && j.size() == kStarNumbers, "a star of 'stars' is no list of 8");
    std::array<double, kStarNumbers> n;
    for (std::size_t i = 0; i < kStarNumbers; ++i) n[i] = number_of(j[i], "stars");
    require(std::abs(n[0]) <= 1e6 && std::abs(n[1]) <= 1e6, "a star of 'stars' lies beyond every frame");
    return {n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7] != 0};
}

// Cells without a level are null.
Json levels_json(const std::vector<float>& levels) {
    Json list = Json::array();
    for (const float v : levels) list.push_back(std::isfinite(v) ? Json(v) : Json(nullptr));
    return list;
}

std::vector<float> parsed_levels(const Json& list, std::size_t cells) {
    require(list.is_array() && list.size() == cells, "'level' has not one number per cell");
    std::vector<float> levels;
    for (const Json& v : list)
        levels.push_back(v.is_null() ? std::numeric_limits<float>::quiet_NaN()
                                     : static_cast<float>(float_of(v, "level")));
    return levels;
}

Json mesh_json(const SkyMesh& mesh) {
    Json levels = Json::array();
    for (int c = 0; c < mesh.colours; ++c) levels.push_back(levels_json(mesh.level[static_cast<std::size_t>(c)]));
    return {{"cell_px", mesh.cell_px}, {"columns", mesh.columns}, {"rows", mesh.rows}, {"level", levels}};
}

SkyMesh parsed_mesh(const Json& j) {
    SkyMesh mesh;
    mesh.cell_px = static_cast<int>(whole_of(j, "cell_px", 65536));
    mesh.columns = static_cast<int>(whole_of(j, "columns", 65536));
    mesh.rows = static_cast<int>(whole_of(j, "rows", 65536));
    const std::size_t cells = static_cast<std::size_t>(mesh.columns) * static_cast<std::size_t>(mesh.rows);
    require(cells <= kMostCells, "'mesh' has too many cells");
    require(mesh.cell_px >= 1 || cells == 0, "'cell_px' is 0");
    const Json& levels = list_of(j, "level", 3);
    require(cells == 0 || levels.size() == 1 || levels.size() == 3, "'mesh' has the levels of no camera");
    for (std::size_t c = 0; c < levels.size(); ++c) mesh.level[c] = parsed_levels(levels[c], cells);
    mesh.colours = static_cast<int>(levels.size());
    return mesh;
}

Json measure_json(const LedgerMeasure& m) {
    Json stars = Json::array(), sky = Json::array();
    for (const Star& s : m.stars) stars.push_back(star_json(s));
    for (const ColourSky& s : m.sky) sky.push_back({s.level, s.sigma, s.samples});
    return {{"stars", std::move(stars)}, {"sky", std::move(sky)}, {"mesh", mesh_json(m.mesh)}};
}

LedgerMeasure parsed_measure(const Json& j) {
    LedgerMeasure m;
    for (const Json& star : list_of(j, "stars", kMostStars)) m.stars.push_back(parsed_star(star));
    const Json& sky = list_of(j, "sky", 3);
    require(sky.size() == 3, "'sky' is no list of 3");
    for (std::size_t c = 0; c < 3; ++c) {
        require(sky[c].is_array() && sky[c].size() == 3 && sky[c][2].is_number_unsigned() &&
                    sky[c][2].get<std::uint64_t>() <= kMostSamples,
                "'sky' is no list of level, sigma and samples");
        m.sky[c] = {number_of(sky[c][0], "sky"), number_of(sky[c][1], "sky"), sky[c][2].get<std::size_t>()};
        require(m.sky[c].sigma >= 0, "a sigma of 'sky' is below 0");
    }
    m.mesh = parsed_mesh(member(j, "mesh"));
    return m;
}

// Both ways: a stack lays its frames with it, and looks them up against it. How frames of a size lie is asked when
// they are laid; no frame of a run comes near these limits.
bool lays_frames(const Transform& ref_from_frame) {
    constexpr double kLargest = 1e9, kLeastDeterminant = 1e-9;
    const auto& m = ref_from_frame.row_major();
    const double determinant =
        m[0] * (m[4] * m[8] - m[5] * m[7]) + m[1] * (m[5] * m[6] - m[3] * m[8]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
    return std::all_of(m.begin(), m.end(), [](double v) { return std::abs(v) <= kLargest; }) &&
           std::abs(determinant) >= kLeastDeterminant;
}

// ---- calibration ----

Json master_json(const LedgerMaster& m) {
    Json files = Json::array();
    for (const LedgerFile& f : m.files)
        files.push_back({{"file", shortened(f.file)}, {"sha256", f.sha256}, {"bytes", f.bytes}});
    return {{"kind", m.kind}, {"sha256", m.sha256}, {"frames", m.frames}, {"files", std::move(files)}};
}

LedgerMaster parsed_master(const Json& j) {
    LedgerMaster m;
    m.kind = text_of(j, "kind");
    m.sha256 = text_of(j, "sha256");
    m.frames = whole_of(j, "frames", kMostFiles);
    for (const Json& f : list_of(j, "files", kMostFiles))
        m.files.push_back({text_of(f, "file"), text_of(f, "sha256"), whole_of(f, "bytes", kMostBytes)});
    return m;
}

// ---- words ----

Json how_json(const LedgerHow& how) {
    return {{"framing", how.framing}, {"warp", how.warp},       {"normalisation", how.normalisation},
            {"weights", how.weights}, {"pattern", how.pattern}, {"plain_darks", how.plain_darks}};
}

LedgerHow parsed_how(const Json& j) {
    LedgerHow how{text_of(j, "framing"), text_of(j, "warp"), text_of(j, "normalisation"), text_of(j, "weights"),
                  text_of(j, "pattern")};
    how.plain_darks = flag_of(j, "plain_darks");
    return how;
}

// What is no text is no card.
Json cards_json(const LedgerSky& sky) {
    Json cards = Json::array();
    for (const std::string& card : sky.cards) {
        if (card.size() <= kCardBytes && cards.size() < kMostCards && valid_utf8(card)) cards.push_back(card);
    }
    return cards;
}

LedgerSky parsed_sky(const Json& j) {
    LedgerSky sky;
    for (const Json& card : list_of(j, "cards", kMostCards)) {
        require(card.is_string() && card.get_ref<const std::string&>().size() <= kCardBytes,
                "a line of 'cards' is no card");
        sky.cards.push_back(card.get<std::string>());
    }
    sky.rows_reversed = flag_of(j, "rows_reversed");
    return sky;
}

}  // namespace

std::string shortened(const std::string& text) {
    // What is no UTF-8 becomes three bytes for one when it is written.
    if (!valid_utf8(text) && text.size() > kMostLedgerText / 3) return text.substr(0, kMostLedgerText / 3);
    if (text.size() <= kMostLedgerText) return text;
    std::size_t end = kMostLedgerText - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not within a character
    return text.substr(0, end) + "...";
}

std::vector<std::string> short_list(const std::vector<std::string>& lines) {
    std::vector<std::string> out;
    const bool all = lines.size() <= kMostHistory;
    const std::size_t n = all ? lines.size() : kMostHistory - 1;
    for (std::size_t i = 0; i < n; ++i) out.push_back(shortened(lines[i]));
    if (!all) out.push_back("and " + std::to_string(lines.size() - n) + " lines more");
    return out;
}

Json recipe_json(const LedgerRecipe& r, const std::optional<Transform>& ref_from_frame) {
    Json j = Json::object();
    if (!ref_from_frame || ref_from_frame->row_major() != r.ref_from_frame.row_major())
        j["ref_from_frame"] = r.ref_from_frame.row_major();
    j["size"] = {r.width, r.height};
    Json tilts = Json::array();
    for (const SkyTilt& t : r.tilt) {
        Json tilt = nullptr;
        if (t.known) tilt = {t.level, t.along_x, t.along_y};
        tilts.push_back(std::move(tilt));
    }
    j["tilt"] = std::move(tilts);
    j["grey"] = {r.demosaic.pedestal, r.demosaic.red_scale, r.demosaic.blue_scale};
    j["noise_adu"] = r.noise_adu;
    j["masters"] = r.masters;
    return j;
}

LedgerRecipe parsed_recipe(const Json& j, const std::optional<Transform>& ref_from_frame) {
    LedgerRecipe r;
    require(j.is_object() && (ref_from_frame || j.contains("ref_from_frame")), "'recipe' has no 'ref_from_frame'");
    r.ref_from_frame = j.contains("ref_from_frame") ? Transform(numbers_of<9>(j, "ref_from_frame")) : *ref_from_frame;
    require(lays_frames(r.ref_from_frame), "the transform of a 'recipe' lays no frame anywhere");
    constexpr double kMostSide = 65536;
    const auto size = numbers_of<2>(j, "size");
    for (const double side : size)
        require(side >= 1 && side <= kMostSide && side == std::floor(side), "'size' is none that a frame has");
    r.width = static_cast<int>(size[0]);
    r.height = static_cast<int>(size[1]);
    const Json& tilts = list_of(j, "tilt", 3);
    require(tilts.size() == 3, "'tilt' is no list of 3");
    for (std::size_t p = 0; p < 3; ++p) {
        if (tilts[p].is_null()) continue;
        require(tilts[p].is_array() && tilts[p].size() == 3, "a 'tilt' is no list of 3");
        const auto number = [&](std::size_t i) { return float_of(tilts[p][i], "tilt"); };
        r.tilt[p] = {number(0), number(1), number(2), true};
    }
    const auto grey = floats_of<3>(j, "grey");
    r.demosaic = {static_cast<float>(grey[0]), static_cast<float>(grey[1]), static_cast<float>(grey[2])};
    const auto factor = [](float v) { return v > 0 && v < 1000; };
    require(r.demosaic.pedestal >= 0 && factor(r.demosaic.red_scale) && factor(r.demosaic.blue_scale),
            "'grey' has factors that cannot be");
    r.noise_adu = float_of(member(j, "noise_adu"), "noise_adu");
    require(r.noise_adu >= 0, "'noise_adu' is below 0");
    for (const Json& m : list_of(j, "masters", kMostMastersOfFrame)) {
        require(m.is_string() && m.get_ref<const std::string&>().size() <= 64, "'masters' is no list of hashes");
        r.masters.push_back(m.get<std::string>());
    }
    return r;
}

void put_making(Json& j, const LiveLedger& l) {
    j["how"] = how_json(l.how);
    if (l.measure) j["measured"] = measure_json(*l.measure);
    if (!l.sky.cards.empty() || l.sky.rows_reversed)
        j["sky"] = {{"cards", cards_json(l.sky)}, {"rows_reversed", l.sky.rows_reversed}};
    if (l.open_block) j["open_block"] = *l.open_block;
    Json masters = Json::array();
    for (const LedgerMaster& m : l.masters) masters.push_back(master_json(m));
    j["masters"] = std::move(masters);
}

void parse_making(const Json& j, LiveLedger& l) {
    if (j.contains("how")) l.how = parsed_how(j["how"]);
    if (j.contains("measured")) l.measure = parsed_measure(j["measured"]);
    if (j.contains("sky")) l.sky = parsed_sky(j["sky"]);
    if (j.contains("open_block")) l.open_block = static_cast<std::size_t>(whole_of(j, "open_block", kMostLedgerFrames));
    if (!j.contains("masters")) return;
    std::size_t files = 0;
    for (const Json& m : list_of(j, "masters", kMostMasters)) {
        l.masters.push_back(parsed_master(m));
        files += l.masters.back().files.size();
        require(files <= kMostFilesInAll, "'masters' have too many files");
    }
}

}  // namespace nightstack::tools
