// SPDX-License-Identifier: MIT
#include "tools/night/stream/stream_place.h"

#include <gmock/gmock.h>

#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(StreamPlace, IsReadFromAnAddress) {
    struct Case {
        const char* url;
        const char* host;
        int port;
        const char* path;
    };
    for (const Case& c :
         {Case{"http://cam/video.mjpg", "cam", 80, "/video.mjpg"},
          Case{"HTTP://192.168.1.20:8080", "192.168.1.20", 8080, "/"},
          Case{"http://[fe80::1]:81/a?b=c", "fe80::1", 81, "/a?b=c"}, Case{"http://[::1]/", "::1", 80, "/"},
          Case{"http://cam?action=stream", "cam", 80, "/?action=stream"}, Case{"http://cam/a#part", "cam", 80, "/a"}}) {
        const StreamPlace place = parse_stream_place(c.url, "192.168.88.1", "");
        EXPECT_EQ(place.source.host, c.host) << c.url;
        EXPECT_EQ(place.source.port, c.port) << c.url;
        EXPECT_THAT(place.source.paths, ElementsAre(c.path)) << c.url;
        EXPECT_EQ(place.words, c.url);
        EXPECT_FALSE(place.by_exposures);
    }
}

TEST(StreamPlace, RefusesInWordsWhatIsNone) {
    for (const char* url : {"", "cam", "rtsp://cam/live", "https://cam/", "http://", "http:///video", "http://cam:0/",
                            "http://cam:70000/", "http://cam:x/", "http://[::1/", "http://[::1]x/", "http://cam/a b",
                            "http://cam/\x1b[2J", "TELE"})
        EXPECT_THROW(parse_stream_place(url, "192.168.88.1", ""), OptionError) << url;
    try {
        parse_stream_place("http://me:secret@cam/video", "192.168.88.1", "");
        FAIL();
    } catch (const OptionError& e) {
        EXPECT_THAT(e.what(), Not(HasSubstr("secret")));
        EXPECT_THAT(e.what(), HasSubstr("without user and password"));
    }
}

TEST(StreamPlace, KnowsTheScopesStreams) {
    const StreamPlace wide = parse_stream_place("wide", "dwarf.local:9900", "http=18092");
    EXPECT_EQ(wide.source.host, "dwarf.local");
    EXPECT_EQ(wide.source.port, 18092);
    EXPECT_THAT(wide.source.paths, ElementsAre("/thirdstream", "/secondstream"));
    EXPECT_EQ(wide.words, "wide of dwarf.local");
    EXPECT_THAT(parse_stream_place("tele", "192.168.88.1", "").source.paths, ElementsAre("/mainstream"));
    const StreamPlace raw = parse_stream_place("raw", "192.168.88.1", "");
    EXPECT_THAT(raw.source.paths, ElementsAre("/rawstream"));
    EXPECT_EQ(raw.source.port, 8092);
    EXPECT_TRUE(raw.by_exposures);
    EXPECT_THROW(parse_stream_place("tele", "", ""), OptionError);
}

// A loss is known within 5 s, and who is back is found within 10: a pause, and a try that began just before.
TEST(StreamPlace, TimesKeepWhatIsPromised) {
    const io::MjpegTimes times = stream_times(kLostAfter);
    EXPECT_LE(times.quiet, 2s);
    EXPECT_LE(times.lost, 5s);
    EXPECT_LE(times.last_pause + times.connect, 8s);
}

}  // namespace
}  // namespace nightstack::tools
