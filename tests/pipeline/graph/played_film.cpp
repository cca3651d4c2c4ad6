// SPDX-License-Identifier: MIT
#include "played_film.h"

#include <gtest/gtest.h>

#include "drawn_film.h"

namespace nightstack::test {

VideoOptions video_options(int group, double lucky_percent) {
    VideoOptions out;
    out.group = group;
    out.lucky_percent = lucky_percent;
    return out;
}

PlayedFilm::PlayedFilm(const std::vector<std::string>& film, const VideoOptions& options, int threads)
    : runner(threads), run(options, runner) {
    run.tell([&](const VideoVerdict& v) { EXPECT_TRUE(verdicts.emplace(v.frame, v).second) << v.frame; });
    const NextPicture next = film_of(film);
    bool more = true;
    while (more) {
        more = run.step(next);
        EXPECT_TRUE(run.counts().hold());
        EXPECT_EQ(run.counts().in(), verdicts.size());
    }
    EXPECT_EQ(run.waiting(), 0U);
    EXPECT_EQ(run.counts().in(), film.size());
}

std::string PlayedFilm::whys() const {
    std::string out;
    for (const auto& [frame, v] : verdicts)
        if (!v.text.empty()) out += std::to_string(frame) + ": " + v.text + "\n";
    return out;
}

}  // namespace nightstack::test
