// SPDX-License-Identifier: MIT
// From the socket to pixels: pictures that change their size, are cut, damaged and empty.
#include <gtest/gtest.h>

#include <thread>

#include "io/mjpeg/mjpeg_client.h"
#include "pipeline/stages/decode/jpeg_decoder.h"
#include "tests/io/mjpeg/made_streams.h"
#include "tests/io/mjpeg/stream_server.h"
#include "tests/support/jpeg/made_jpeg.h"

namespace nightstack::io {
namespace {

using namespace std::chrono_literals;
using nightstack::test::made_jpeg;
using nightstack::test::Scene;

TEST(Video, EveryPictureIsJudged) {
    const std::string small = made_jpeg(Scene::night, 160, 96, 1, {.exif_thumbnail = true});
    const std::string large = made_jpeg(Scene::night, 320, 180, 1, {.restart_rows = 1});
    std::string damaged = small;
    damaged.replace(small.size() - 60, 20, std::string(20, '\x55'));
    test::StreamServer server([&](test::StreamPeer& peer) {
        peer.answer();
        peer.send(test::part(small) + test::part_without_length(small) + test::part(damaged));
        peer.send(test::part_without_length(small.substr(0, small.size() / 2)) + test::part(""));
        peer.send(test::part_without_length(large) + test::part(large));
        peer.stays(20s);
    });
    PartQueue queue(10);
    MjpegClient client({"127.0.0.1", server.port(), {"/thirdstream", "/secondstream"}}, {}, queue);
    std::jthread thread([&](const std::stop_token& stop) { client.run(stop); });

    JpegDecoder decoder;
    decoder.pin(PictureSize{160, 96});
    PlanarPicture picture;
    StreamPart part;
    std::vector<Decoded> kinds;
    for (int i = 0; i < 5 && queue.pop(part, std::chrono::steady_clock::now() + 20s); ++i) {
        DecodeResult result = decoder.planes(part.jpeg, picture);
        kinds.push_back(result.kind);
        if (result.kind == Decoded::size_changed) decoder.pin(result.size);
    }
    EXPECT_EQ(kinds, (std::vector<Decoded>{Decoded::whole, Decoded::whole, Decoded::damaged, Decoded::size_changed,
                                           Decoded::whole}));
    EXPECT_EQ(picture.size(), (PictureSize{320, 180}));
    EXPECT_EQ(client.counts().stream.dropped_for(PartDrop::cut_off), 1U);
    EXPECT_EQ(client.counts().stream.dropped_for(PartDrop::empty), 1U);
}

}  // namespace
}  // namespace nightstack::io
