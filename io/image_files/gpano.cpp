// SPDX-License-Identifier: MIT
#include "io/image_files/gpano.h"

#include <charconv>
#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '&': out += "&amp;"; break;
            case '"': out += "&quot;"; break;
            default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return out;
}

// Without the locale's comma.
std::string decimal(double value) {
    char text[32];
    const std::to_chars_result end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 2);
    return {text, end.ptr};
}

}  // namespace

std::string gpano_xmp(const GPano& p) {
    const bool whole = p.full_width >= 1 && p.full_height >= 1 && !p.cropped.empty();
    if (!whole || !(Rect{0, 0, p.full_width, p.full_height}.contains(p.cropped)))
        throw OptionError("GPano: " + std::to_string(p.cropped.width) + "x" + std::to_string(p.cropped.height) +
                          " at " + std::to_string(p.cropped.x) + ", " + std::to_string(p.cropped.y) +
                          " does not lie in " + std::to_string(p.full_width) + "x" + std::to_string(p.full_height));
    std::string out =
        "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
        " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
        "  <rdf:Description rdf:about=\"\" xmlns:GPano=\"http://ns.google.com/photos/1.0/panorama/\"";
    const auto put = [&out](const char* name, const std::string& value) {
        out += std::string("\n    GPano:") + name + "=\"" + value + '"';
    };
    put("ProjectionType", "equirectangular");
    put("UsePanoramaViewer", "True");
    put("FullPanoWidthPixels", std::to_string(p.full_width));
    put("FullPanoHeightPixels", std::to_string(p.full_height));
    put("CroppedAreaLeftPixels", std::to_string(p.cropped.x));
    put("CroppedAreaTopPixels", std::to_string(p.cropped.y));
    put("CroppedAreaImageWidthPixels", std::to_string(p.cropped.width));
    put("CroppedAreaImageHeightPixels", std::to_string(p.cropped.height));
    if (p.heading_deg && std::isfinite(*p.heading_deg)) {
        const double heading = std::fmod(std::fmod(*p.heading_deg, 360) + 360, 360);
        put("PoseHeadingDegrees", decimal(heading < 359.995 ? heading : 0));
    }
    if (p.photos > 0) put("SourcePhotosCount", std::to_string(p.photos));
    if (!p.software.empty()) put("StitchingSoftware", escaped(p.software));
    return out + "/>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>\n";
}

}  // namespace nightstack::io
