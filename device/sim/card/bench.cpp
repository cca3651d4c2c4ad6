// SPDX-License-Identifier: MIT
#include "device/sim/card/bench.h"

#include "io/image_files/jpeg_writer.h"

namespace nightstack::device::sim {

Transform Bench::expose(const Exposed& exposed, const Exposed& first) {
    const bool half = exposed.camera == 1 || exposed.binning == 1;
    pixels.reshape(half ? 1920 : 3840, half ? 1080 : 2160);
    return maker->expose(exposed, first, pixels.view());
}

Colour& Bench::colours() {
    take_colours(pixels.cview(), colour);
    return colour;
}

std::string Bench::jpeg(const Rgb8& picture) const {
    return io::jpeg_bytes(picture.width, picture.height, picture.samples, options.jpeg_quality);
}

void Bench::write_thumbnail(const std::string& name, const Rgb8& picture) { tree.write(name, jpeg(picture)); }

}  // namespace nightstack::device::sim
