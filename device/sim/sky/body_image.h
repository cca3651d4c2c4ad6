// SPDX-License-Identifier: MIT
// Moon, Jupiter and Saturn as the sensor sees them: a small picture of light that lies in the frame.
#pragma once

#include <memory>
#include <vector>

#include "device/sim/sky/body_axes.h"
#include "device/sim/sky/moon_face.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/sky/bands.h"

namespace nightstack::device::sim {

// Which bodies look like something; the others are even disks or points (solar_light.h).
bool has_face(Planet body);

struct BodyPose {
    Planet body = Planet::moon;
    BodyAxes axes;
    Vec3 frame_right, frame_up;  // of the camera
    Point centre;                // on the sensor
    double radius_px = 1;        // at the equator
    double blur_px = 1;          // sigma of what lens and air make of a point
    sky::Rgb light_e;            // all of it, that arrives
};

// Immutable: rows may be asked by any thread.
class BodyImage {
public:
    // `moon` is needed for the Moon alone and not kept.
    BodyImage(const BodyPose& pose, const MoonFace* moon);
    // Adds the electrons of row y to row[0, width).
    void add_row(double* row, int width, int y, const sky::RowBands& bands) const;

private:
    void draw(const BodyPose& pose, const MoonFace* moon);
    void blur(double sigma_px);

    int left_ = 0, top_ = 0;  // of the picture, on the sensor
    Image<float> light_;      // sum 1
    sky::Rgb light_e_;
};

}  // namespace nightstack::device::sim
