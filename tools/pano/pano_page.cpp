// SPDX-License-Identifier: MIT
#include "tools/pano/pano_page.h"

#include <algorithm>
#include <cmath>

#include "pipeline/core/printable.h"
#include "tools/report_page/html_text.h"
#include "tools/report_page/page_head.h"
#include "tools/report_page/page_picture.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

using namespace page;

constexpr std::size_t kMostRows = 5'000;  // of a table

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::string point_text(Point p) { return fixed(p.x, 1) + "," + fixed(p.y, 1); }

std::string verdict_words(TileVerdict v) { return v == TileVerdict::left_out ? "left out" : std::string(name(v)); }

std::string colour_of(const TileFate& fate) { return fate.verdict == TileVerdict::weak ? "#ff9f1c" : "#4cc9f0"; }

std::string colour_of(const PanoramaLink& link) {
    if (link.weak) return "#ff4d4d";
    return link.fit.rms_px < 0.5 ? "#52e05a" : link.fit.rms_px < 1.5 ? "#c6e052" : "#ffd23f";
}

std::string link_title(const PanoramaLink& link, const std::string& a, const std::string& b) {
    std::string text = a + " - " + b + ": " + std::string(name(link.link.source)) + ", " +
                       std::to_string(link.fit.inliers) + " places";
    if (!link.link.places.empty()) text += ", " + fixed(link.fit.rms_px, 2) + " px";
    return text + (link.weak ? ", weak" : "");
}

class Page {
public:
    Page(const PanoReport& report, std::span<const PagePanorama> pictures) : report_(report), pictures_(pictures) {
        for (const TileInput& t : report.inputs)
            if (t.usable()) names_.push_back(printable(t.file.filename().string()));
    }

    std::string text(const std::string& title) const {
        const std::string head = html(title, 200);
        std::string out = page_head(head, kProgram,
                                    "svg.over{width:100%;height:auto;display:block}svg.over text{font:14px "
                                    "sans-serif;fill:#fff;paint-order:stroke;stroke:#000;stroke-width:3px;"
                                    "text-anchor:middle}");
        out += "<body>\n";
        out += "<header><h1>" + head + "</h1>\n</header>\n<main>\n" + headline();
        for (std::size_t i = 0; i < report_.panoramas.size(); ++i) out += panorama(i);
        out += tiles() + links() + notes();
        return out + "</main>\n<footer><p class=\"soft\">Made by " + html(kProgram) +
               ". All numbers stand in the report file (JSON) beside the picture.</p></footer>\n</body>\n</html>\n";
    }

private:
    std::string headline() const {
        const PanoCounts c = counts_of(report_.inputs, *report_.placement);
        std::string out = "<p>" + std::to_string(c.in) + " pictures: " + std::to_string(c.placed) + " placed";
        if (c.weak > 0) out += ", " + std::to_string(c.weak) + " placed weakly";
        if (c.left_out > 0) out += ", " + std::to_string(c.left_out) + " left out";
        if (c.failed > 0) out += ", " + std::to_string(c.failed) + " could not be read";
        return out + ".</p>\n";
    }

    std::string panorama(std::size_t number) const {
        const MadePanorama& made = report_.panoramas[number];
        const PagePanorama& p = pictures_[number];
        std::string out = "<h2>" + html(printable(made.image.filename().string())) +
                          "</h2>\n<figure><svg class=\"over\" viewBox=\"0 0 " + std::to_string(p.width) + " " +
                          std::to_string(p.height) + "\"><image width=\"" + std::to_string(p.width) + "\" height=\"" +
                          std::to_string(p.height) + "\" href=\"data:image/jpeg;base64," + base64(p.jpeg) + "\"/>\n";
        for (std::size_t k = 0; k < made.tiles.size(); ++k) {
            const TileFate& fate = report_.placement->tiles[at(made.tiles[k])];
            for (const auto& line : outline_of(made.cameras[k], p.projection, p.width)) {
                out += "<polyline fill=\"none\" stroke-opacity=\".8\" stroke=\"" + colour_of(fate) + "\" points=\"";
                for (const Point& q : line) out += point_text(q) + " ";
                out += "\"><title>" + html(names_[at(made.tiles[k])]) + "</title></polyline>\n";
            }
        }
        for (const PanoramaLink& link : report_.placement->links) out += drawn(link, static_cast<int>(number), p);
        for (std::size_t k = 0; k < made.tiles.size(); ++k)
            if (const auto middle = middle_of(made.tiles[k], p))
                out += "<text x=\"" + fixed(middle->x, 1) + "\" y=\"" + fixed(middle->y, 1) + "\">" +
                       std::to_string(made.tiles[k] + 1) + "</text>\n";
        out +=
            "</svg><figcaption>What each tile covers (orange: placed weakly), and how well neighbours fit: green below "
            ".5 px, "
            "yellow beyond 1.5 px, red weak. Numbers as in the table of tiles.</figcaption></figure>\n<table>\n";
        const Projection& c = made.canvas.projection;
        out += table_row("Size", std::to_string(made.crop.width) + " x " + std::to_string(made.crop.height) +
                                     " pixels, " + std::to_string(made.bits) + " bits");
        out += table_row("Field", fixed(made.canvas.width_deg, 2) + " x " + fixed(made.canvas.height_deg, 2) +
                                      " degrees" + (made.canvas.whole_circle ? ", all round" : ""));
        out += table_row("Projection", std::string(name(c.kind)));
        out += table_row("Cropped", made.crop_why + " (canvas " + std::to_string(made.canvas.width) + " x " +
                                        std::to_string(made.canvas.height) + ")");
        const TileLens& lens = made.cameras.front().lens;
        out += table_row("Lens", "focal length " + fixed(lens.f_px, 1) + " px" +
                                     (report_.placement->focal_known ? "" : " (the tiles do not tell it)") +
                                     (lens.k1 != 0 ? ", k1 " + fixed(lens.k1, 4) + ", k2 " + fixed(lens.k2, 4) : ""));
        const Vignetting& v = made.light.vignetting;
        out += table_row("Vignetting", v.none() ? "none" : fixed(100 * (1 - v.falloff(1)), 1) + " % in the corners");
        return out + "</table>\n" + gain_curves(made);
    }

    // One line per channel over the tiles in their order.
    std::string gain_curves(const MadePanorama& made) const {
        double most = 0.02;
        for (const TileLight& t : made.light.tiles)
            for (const float g : t.gain) most = std::max(most, std::abs(std::log2(static_cast<double>(g))));
        constexpr double kWidth = 600, kHeight = 120;
        const double step = made.tiles.size() > 1 ? kWidth / static_cast<double>(made.tiles.size() - 1) : 0;
        std::string out =
            "<figure><svg viewBox=\"-10 -10 620 140\" style=\"max-width:620px;width:100%\">"
            "<line x1=\"0\" x2=\"600\" y1=\"60\" y2=\"60\" stroke=\"currentColor\" stroke-opacity=\".3\"/>\n";
        const char* const kColours[] = {"#e5484d", "#30a46c", "#3b82f6"};
        for (std::size_t c = 0; c < 3; ++c) {
            out += std::string("<polyline fill=\"none\" stroke=\"") + kColours[c] + "\" points=\"";
            for (std::size_t k = 0; k < made.light.tiles.size(); ++k) {
                const double stops = std::log2(static_cast<double>(made.light.tiles[k].gain[c]));
                out += point_text({step * static_cast<double>(k), kHeight / 2 - stops / most * kHeight / 2}) + " ";
            }
            out += "\"/>\n";
        }
        return out + "</svg><figcaption>Gains of red, green and blue, tile by tile: up to " + fixed(most, 2) +
               " stops each way.</figcaption></figure>\n";
    }

    std::optional<Point> middle_of(int tile, const PagePanorama& p) const {
        return p.projection.canvas(report_.placement->tiles[at(tile)].camera.world_from_camera({0, 0, 1}));
    }

    std::string drawn(const PanoramaLink& link, int panorama, const PagePanorama& p) const {
        if (report_.placement->tiles[at(link.link.a)].panorama != panorama) return "";
        const auto a = middle_of(link.link.a, p), b = middle_of(link.link.b, p);
        if (!a || !b || std::abs(a->x - b->x) > p.width / 2.0) return "";
        return "<line stroke-width=\"2\" x1=\"" + fixed(a->x, 1) + "\" y1=\"" + fixed(a->y, 1) + "\" x2=\"" +
               fixed(b->x, 1) + "\" y2=\"" + fixed(b->y, 1) + "\" stroke=\"" + colour_of(link) + "\"" +
               (link.weak ? " stroke-dasharray=\"6 4\"" : "") + "><title>" +
               html(link_title(link, names_[at(link.link.a)], names_[at(link.link.b)])) + "</title></line>\n";
    }

    std::string tiles() const {
        std::string out =
            "<h2>Tiles</h2>\n<table>\n<tr><th>No.</th><th>File</th><th>Verdict</th><th>Row, column</th>"
            "<th>Error</th><th>Gain R G B</th><th>Why</th></tr>\n";
        std::size_t usable = 0;
        std::size_t rows = 0;
        for (const TileInput& t : report_.inputs) {
            if (rows++ == kMostRows) break;
            const std::string file = html(printable(t.file.filename().string()));
            if (!t.usable()) {
                out += "<tr><td></td><td>" + file + "</td><td>" + (t.copy ? "left out" : "failed") +
                       "</td><td></td><td></td><td></td><td>" + html(printable(t.problem)) + "</td></tr>\n";
                continue;
            }
            const std::size_t i = usable++;
            const TileFate& f = report_.placement->tiles[i];
            out += "<tr><td>" + std::to_string(i + 1) + "</td><td>" + file + "</td><td>" + verdict_words(f.verdict) +
                   "</td><td>" +
                   (f.place ? std::to_string(f.place->row) + ", " + std::to_string(f.place->column) : "") +
                   "</td><td>" + (f.verdict == TileVerdict::placed ? fixed(f.rms_px, 2) + " px" : "") + "</td><td>" +
                   gains(static_cast<int>(i)) + "</td><td>" + html(f.reason) + "</td></tr>\n";
        }
        return out + "</table>\n";
    }

    std::string gains(int tile) const {
        for (const MadePanorama& made : report_.panoramas)
            for (std::size_t k = 0; k < made.tiles.size(); ++k)
                if (made.tiles[k] == tile) {
                    const auto& g = made.light.tiles[k].gain;
                    return fixed(g[0], 3) + " " + fixed(g[1], 3) + " " + fixed(g[2], 3);
                }
        return "";
    }

    std::string links() const {
        std::string out =
            "<details><summary>Links</summary>\n<table>\n<tr><th>Between</th><th>By</th><th>Places</th><th>Error</th></"
            "tr>\n";
        std::size_t rows = 0;
        for (const PanoramaLink& l : report_.placement->links) {
            if (rows++ == kMostRows) break;
            out += "<tr><td>" + std::to_string(l.link.a + 1) + " and " + std::to_string(l.link.b + 1) + "</td><td>" +
                   std::string(name(l.link.source)) + (l.weak ? ", weak" : "") + "</td><td>" +
                   std::to_string(l.fit.inliers) + " of " + std::to_string(l.link.places.size()) + "</td><td>" +
                   (l.link.places.empty() ? "" : fixed(l.fit.rms_px, 2) + " px") + "</td></tr>\n";
        }
        return out + "</table>\n</details>\n";
    }

    std::string notes() const {
        if (report_.notes.empty()) return "";
        std::string out = "<h2>Notes</h2>\n<ul>\n";
        for (const std::string& n : report_.notes) out += "<li>" + html(n) + "</li>\n";
        return out + "</ul>\n";
    }

    const PanoReport& report_;
    std::span<const PagePanorama> pictures_;
    std::vector<std::string> names_;  // of usable inputs
};

}  // namespace

std::vector<std::vector<Point>> outline_of(const TileCamera& camera, const Projection& projection, int width) {
    constexpr int kSteps = 16;
    const double w = camera.lens.width, h = camera.lens.height;
    std::vector<Point> edge;
    for (int i = 0; i < kSteps; ++i) edge.push_back({w * i / kSteps - 0.5, -0.5});
    for (int i = 0; i < kSteps; ++i) edge.push_back({w - 0.5, h * i / kSteps - 0.5});
    for (int i = 0; i < kSteps; ++i) edge.push_back({w - w * i / kSteps - 0.5, h - 0.5});
    for (int i = 0; i <= kSteps; ++i) edge.push_back({-0.5, h - h * i / kSteps - 0.5});
    std::vector<std::vector<Point>> out(1);
    for (const Point& p : edge) {
        const auto at = projection.canvas(camera.direction(p));
        const bool jumps = at && !out.back().empty() && std::abs(at->x - out.back().back().x) > width / 2.0;
        if ((!at || jumps) && !out.back().empty()) out.emplace_back();
        if (at) out.back().push_back(*at);
    }
    return out;
}

std::string pano_page(const PanoReport& report, std::span<const PagePanorama> pictures, const std::string& title) {
    return Page(report, pictures).text(title);
}

}  // namespace nightstack::tools
