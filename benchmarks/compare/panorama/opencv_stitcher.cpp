// SPDX-License-Identifier: MIT
// opencv_stitcher OUT.jpg FILE...: a panorama by cv::Stitcher as it comes (panorama mode, default settings, output at
// full resolution), reading and writing included; the peer of `nightstack pano`. OUT.json names the cameras it used, in
// the terms of our own report, so that one judge serves both. Exit 1 when it makes no panorama.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <numbers>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/stitching.hpp>
#include <set>
#include <string>
#include <vector>

namespace {

struct Seen {
    std::vector<cv::detail::CameraParams> cameras;  // in pixels of the scale at which they were found
    std::vector<int> component;                     // which file each is of
    double scale = 1;                               // of that, against full size
};

// Its warper's scale: the middle one of the focal lengths.
double middle_focal(const Seen& seen) {
    std::vector<double> focals;
    for (const auto& camera : seen.cameras) focals.push_back(camera.focal);
    std::sort(focals.begin(), focals.end());
    const std::size_t n = focals.size();
    return n % 2 == 1 ? focals[n / 2] : (focals[n / 2 - 1] + focals[n / 2]) / 2;
}

cv::Mat full_size_matrix(const cv::detail::CameraParams& camera, double scale) {
    cv::detail::CameraParams full = camera;
    full.focal /= scale;
    full.ppx /= scale;
    full.ppy /= scale;
    cv::Mat k;
    full.K().convertTo(k, CV_32F);
    return k;
}

void print_matrix(std::ostream& out, const cv::Mat& rotation) {
    cv::Mat r;
    rotation.convertTo(r, CV_64F);
    for (int i = 0; i < 9; ++i) out << (i ? "," : "[") << r.at<double>(i / 3, i % 3);
    out << ']';
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

void write_report(const std::string& image, const std::vector<std::string>& files, const std::vector<cv::Size>& sizes,
                  const Seen& seen, cv::Size result) {
    const double px_per_rad = middle_focal(seen) / seen.scale;
    cv::detail::SphericalWarper warper(static_cast<float>(px_per_rad));
    cv::Point corner(1 << 30, 1 << 30);
    for (std::size_t i = 0; i < seen.cameras.size(); ++i) {
        cv::Mat r;
        seen.cameras[i].R.convertTo(r, CV_32F);
        const cv::Size size = sizes[static_cast<std::size_t>(seen.component[i])];
        const cv::Rect roi = warper.warpRoi(size, full_size_matrix(seen.cameras[i], seen.scale), r);
        corner = {std::min(corner.x, roi.x), std::min(corner.y, roi.y)};
    }
    std::ofstream out(image.substr(0, image.find_last_of('.')) + ".json");
    out.precision(17);
    out << "{\"panoramas\":[{\"image\":" << quoted(base_name(image)) << ",\"projection\":{\"kind\":\"spherical\","
        << "\"lon0_deg\":0,\"lat0_deg\":0,\"px_per_deg\":" << px_per_rad * std::numbers::pi / 180
        << ",\"straighten\":[1,0,0,0,1,0,0,0,1],\"x0\":" << -corner.x
        << ",\"y0\":" << px_per_rad * std::numbers::pi / 2 - corner.y << "},\"width\":" << result.width
        << ",\"height\":" << result.height << ",\"crop\":\"none\",\"f_px\":" << px_per_rad
        << ",\"k1\":0,\"k2\":0}],\"links\":[],\"tiles\":[";
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto at = std::find(seen.component.begin(), seen.component.end(), static_cast<int>(i));
        out << (i ? ",\n" : "\n") << "{\"file\":" << quoted(base_name(files[i]))
            << ",\"row\":null,\"col\":null,\"pose_rms_px\":null,\"gain\":[1,1,1],";
        if (at == seen.component.end()) {
            out << R"("panorama":null,"verdict":"left_out","reason":"no match","world_from_camera":null})";
            continue;
        }
        const auto& camera = seen.cameras[static_cast<std::size_t>(at - seen.component.begin())];
        out << R"("panorama":0,"verdict":"placed","reason":"","f_px":)" << camera.focal / seen.scale << ",\"middle\":["
            << camera.ppx / seen.scale << ',' << camera.ppy / seen.scale << "],\"world_from_camera\":";
        print_matrix(out, camera.R);
        out << '}';
    }
    out << "]}\n";
}

int stitch(const std::string& image, const std::vector<std::string>& files) {
    std::vector<cv::Mat> pictures;
    std::vector<cv::Size> sizes;
    for (const std::string& file : files) {
        pictures.push_back(cv::imread(file));
        sizes.push_back(pictures.back().size());
        if (pictures.back().empty()) {
            std::cerr << "cannot read " << file << '\n';
            return 1;
        }
    }
    const cv::Ptr<cv::Stitcher> stitcher = cv::Stitcher::create(cv::Stitcher::PANORAMA);
    cv::Stitcher::Status status = stitcher->estimateTransform(pictures);
    Seen seen;
    cv::Mat panorama;
    if (status == cv::Stitcher::OK) {
        seen = {stitcher->cameras(), stitcher->component(), stitcher->workScale()};
        status = stitcher->composePanorama(panorama);
    }
    if (status != cv::Stitcher::OK) {
        std::cerr << "the Stitcher gave up with " << static_cast<int>(status) << '\n';
        return 1;
    }
    if (!cv::imwrite(image, panorama)) return 1;
    write_report(image, files, sizes, seen, panorama.size());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::cerr << "usage: opencv_stitcher OUT.jpg FILE FILE...\n";
        return 2;
    }
    try {
        return stitch(argv[1], std::vector<std::string>(argv + 2, argv + argc));
    } catch (const cv::Exception& problem) {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
