// SPDX-License-Identifier: MIT
#include "tools/night/sky/annotate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <optional>
#include <vector>

#include "tools/night/sky/drawing.h"
#include "tools/night/sky/field_view.h"

namespace nightstack::tools {
namespace {

constexpr int kLeastSide = 120;
constexpr int kRowsPerPen = 540;  // letters of 9 pixels for every 540 rows
constexpr Ink kObject{255, 214, 102}, kFrame{140, 220, 255}, kTitle{255, 255, 255};

bool touch(const Rect& a, const Rect& b) {
    return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

// Knows what is taken already.
class Captions {
public:
    explicit Captions(Drawing& drawing) : drawing_(drawing), margin_(6 * drawing.pen()) {}

    int margin() const { return margin_; }
    bool is_free(const Rect& r) const {
        const bool inside = r.x >= margin_ / 2 && r.y >= margin_ / 2 && r.right() <= drawing_.width() - margin_ / 2 &&
                            r.bottom() <= drawing_.height() - margin_ / 2;
        return inside && std::none_of(taken_.begin(), taken_.end(), [&](const Rect& t) { return touch(t, r); });
    }
    void take(const Rect& r) { taken_.push_back(r); }
    Rect room_for(const std::string& text, int x, int y) const {
        const int pen = drawing_.pen();
        return {x - pen, y - pen, drawing_.text_width(text) + 2 * pen, drawing_.text_height() + 2 * pen};
    }
    bool put(const std::string& text, int x, int y, Ink ink) {
        const Rect room = room_for(text, x, y);
        if (!is_free(room)) return false;
        drawing_.text({static_cast<double>(x), static_cast<double>(y)}, text, ink);
        take(room);
        return true;
    }

private:
    Drawing& drawing_;
    int margin_;
    std::vector<Rect> taken_;
};

void draw_title(Drawing& drawing, Captions& captions, const std::string& title) {
    if (title.empty()) return;
    const int m = captions.margin();
    const auto fits = static_cast<std::size_t>(std::max(0, (drawing.width() - 2 * m) / (6 * drawing.pen())));
    captions.put(title.substr(0, fits), m, m, kTitle);
}

// A round length, a sixth to a third of the picture's width.
struct Bar {
    double length_px = 0;
    std::string text;
};
std::optional<Bar> scale_bar(const Wcs& wcs, int width) {
    constexpr std::array kArcsec = {1.0,   2.0,    5.0,    10.0,   20.0,   30.0,    60.0,    120.0,   300.0,  600.0,
                                    900.0, 1200.0, 1800.0, 3600.0, 7200.0, 10800.0, 18000.0, 36000.0, 72000.0};
    const double longest = width / 3.0 * wcs.arcsec_per_px();
    double arcsec = 0;
    for (const double a : kArcsec) arcsec = a <= longest ? a : arcsec;
    if (arcsec <= 0) return std::nullopt;
    char text[32];
    if (arcsec < 60) {
        std::snprintf(text, sizeof text, "%.0f\"", arcsec);
    } else if (arcsec < 3600) {
        std::snprintf(text, sizeof text, "%.0f'", arcsec / 60);
    } else {
        std::snprintf(text, sizeof text, "%.0f deg", arcsec / 3600);
    }
    return Bar{arcsec / wcs.arcsec_per_px(), text};
}

void draw_scale(Drawing& drawing, Captions& captions, const Wcs& wcs) {
    const auto bar = scale_bar(wcs, drawing.width());
    if (!bar) return;
    const int m = captions.margin(), tick = 3 * drawing.pen();
    const double left = m, right = m + bar->length_px, y = drawing.height() - 1.0 - m - tick;
    captions.take({0, static_cast<int>(y) - 2 * tick, static_cast<int>(right) + m, drawing.height()});
    drawing.line({left, y}, {right, y}, kFrame);
    for (const double x : {left, right}) drawing.line({x, y - tick}, {x, y + tick}, kFrame);
    const double text_x = left + 0.5 * (bar->length_px - drawing.text_width(bar->text));
    const double text_y = y - tick - 2 * drawing.pen() - drawing.text_height();
    drawing.text({text_x, text_y}, bar->text, kFrame);
    captions.take(captions.room_for(bar->text, static_cast<int>(text_x), static_cast<int>(text_y)));
}

// From up to left.
Point towards(Point from, double turn_deg, double length) {
    const double turn = turn_deg * std::numbers::pi / 180;
    return {from.x - length * std::sin(turn), from.y - length * std::cos(turn)};
}

void draw_arrow(Drawing& drawing, Point from, double turn_deg, double length, const std::string& letter) {
    const Point tip = towards(from, turn_deg, length);
    drawing.line(from, tip, kFrame);
    for (const double side : {150.0, -150.0}) drawing.line(tip, towards(tip, turn_deg + side, 0.25 * length), kFrame);
    const Point middle = towards(from, turn_deg, length + 7.0 * drawing.pen());
    drawing.text({middle.x - 0.5 * drawing.text_width(letter), middle.y - 3.5 * drawing.pen()}, letter, kFrame);
}

void draw_compass(Drawing& drawing, Captions& captions, const Wcs& wcs) {
    const FieldCompass compass = compass_of(wcs, drawing.width(), drawing.height());
    const double length = 22.0 * drawing.pen();
    const int room = static_cast<int>(length) + 12 * drawing.pen();
    const Point middle{drawing.width() - 1.0 - room - captions.margin() / 2.0,
                       drawing.height() - 1.0 - room - captions.margin() / 2.0};
    draw_arrow(drawing, middle, compass.north_deg, length, "N");
    draw_arrow(drawing, middle, compass.east_deg, length, "E");
    captions.take({static_cast<int>(middle.x) - room, static_cast<int>(middle.y) - room, 2 * room, 2 * room});
}

bool in_picture(const NightSky::Object& object, const Drawing& drawing) {
    return object.x >= -0.5 && object.y >= -0.5 && object.x < drawing.width() && object.y < drawing.height();
}

// Beside the mark, to the right first.
void draw_objects(Drawing& drawing, Captions& captions, std::span<const NightSky::Object> objects) {
    const double radius = 8.0 * drawing.pen();
    const int mark = static_cast<int>(radius) + 2 * drawing.pen();
    std::vector<const NightSky::Object*> shown;
    for (const NightSky::Object& object : objects) {
        if (!in_picture(object, drawing)) continue;
        const Rect place{static_cast<int>(object.x) - mark, static_cast<int>(object.y) - mark, 2 * mark, 2 * mark};
        drawing.circle({object.x, object.y}, radius, kObject);
        captions.take(place);
        shown.push_back(&object);
    }
    for (const NightSky::Object* object : shown) {
        const int x = static_cast<int>(object->x), y = static_cast<int>(object->y);
        const int w = drawing.text_width(object->name), h = drawing.text_height(), gap = mark + 2 * drawing.pen();
        // Where nothing is free the mark stands alone.
        [[maybe_unused]] const bool put = captions.put(object->name, x + gap, y - h / 2, kObject) ||
                                          captions.put(object->name, x - gap - w, y - h / 2, kObject) ||
                                          captions.put(object->name, x - w / 2, y + gap, kObject) ||
                                          captions.put(object->name, x - w / 2, y - gap - h, kObject);
    }
}

}  // namespace

void annotate(std::span<std::uint8_t> rgb, int width, int height, const Wcs& wcs,
              std::span<const NightSky::Object> objects, const std::string& title) {
    const int pen = std::max(1, static_cast<int>(std::lround(1.0 * std::min(width, height) / kRowsPerPen)));
    Drawing drawing(rgb, width, height, pen);
    if (width < kLeastSide || height < kLeastSide) return;
    Captions captions(drawing);
    draw_title(drawing, captions, title);
    if (wcs.is_sound()) {
        draw_scale(drawing, captions, wcs);
        draw_compass(drawing, captions, wcs);
    }
    draw_objects(drawing, captions, objects);
}

}  // namespace nightstack::tools
