// SPDX-License-Identifier: MIT
#include "tests/tools/night/stream/star_stream.h"

#include <algorithm>
#include <random>
#include <thread>

#include "tests/support/jpeg/made_jpeg.h"

namespace nightstack::test {

std::vector<std::string> star_pictures(int count, int width, int height) {
    const Rgb8 field = made_scene(Scene::night, width, height, 3);
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) {
        std::minstd_rand random(static_cast<unsigned>(i) + 1);
        Rgb8 picture = field;
        for (std::uint8_t& v : picture.pixels)
            v = static_cast<std::uint8_t>(std::clamp(static_cast<int>(v) + static_cast<int>(random() % 7) - 3, 0, 255));
        out.push_back(made_jpeg(picture));
    }
    return out;
}

std::vector<std::string> parts_of(const std::vector<std::string>& jpegs) {
    std::vector<std::string> parts;
    for (const std::string& jpeg : jpegs) parts.push_back(io::test::part(jpeg));
    return parts;
}

StarServer::StarServer(std::vector<std::string> parts, std::uint64_t count, std::chrono::microseconds pace)
    : parts_(std::move(parts)), count_(count), pace_(pace), server_([this](io::test::StreamPeer& peer) {
          peer.answer();
          auto next = std::chrono::steady_clock::now();
          while (sent_ < count_) {
              if (!peer.send(parts_[sent_ % parts_.size()])) return;
              ++sent_;
              next += pace_;
              std::this_thread::sleep_until(next);
          }
          peer.stays(std::chrono::seconds(20));
      }) {}

}  // namespace nightstack::test
