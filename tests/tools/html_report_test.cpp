// SPDX-License-Identifier: MIT
// --html: the page beside the products, whole or not at all, and nobody else's file is replaced by one.
#include <gmock/gmock.h>

#include "io/files/file.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"
#include "tests/tools/report_page/html_check.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string page_at(const fs::path& path) { return io::read_text_file(path, 1 << 26); }

SmallNightOptions four_frames() {
    SmallNightOptions o;
    o.frames = 4;
    o.object = "M <1> & \"co\"";
    return o;
}

TEST(HtmlReport, LiesBesideTheProducts) {
    const World world;
    const SmallNight night = write_small_night(world / "card", four_frames());
    const Finished done = world.stack({night.session.string(), "--html"});
    ASSERT_EQ(done.code, 0) << done.err;
    const std::string page = page_at(world / "result.html");
    EXPECT_THAT(check_html(page).problems, IsEmpty());
    EXPECT_THAT(page, HasSubstr("<h1>M &lt;1&gt; &amp; &quot;co&quot;</h1>"));
    EXPECT_THAT(page, HasSubstr("data:image/"));
    EXPECT_THAT(page, HasSubstr("<dt>stacked</dt><dd>4</dd>"));
    EXPECT_THAT(page, HasSubstr("<dt>exposure in the stack</dt><dd>1 min 0 s</dd>"));
    EXPECT_EQ(lines_of(done.out).back(), (world / "result.html").string());
    for (const std::string png : {"none", "linear16", "16"}) {
        const Finished again =
            world.stack({night.session.string(), "--html", "--png", png, "--force", "--json", "--bits", "16"});
        ASSERT_EQ(again.code, 0) << again.err;
        EXPECT_THAT(page_at(world / "result.html"), HasSubstr("data:image/")) << png;
        EXPECT_EQ(nlohmann::json::parse(lines_of(again.out).back())["html"], (world / "result.html").string());
        EXPECT_EQ(fs::exists(world / "result.png"), true) << "of the first call, which nobody asked to be removed";
    }
    EXPECT_THAT(files_ending(world.path(), ".tmp"), IsEmpty());
}

TEST(HtmlReport, IsNotMadeUnasked) {
    const World world;
    const SmallNight night = write_small_night(world / "card", four_frames());
    const Finished done = world.stack({night.session.string(), "--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_FALSE(fs::exists(world / "result.html"));
    EXPECT_TRUE(nlohmann::json::parse(lines_of(done.out).back())["html"].is_null());
}

TEST(HtmlReport, ReplacesNobodysPage) {
    const World world;
    const SmallNight night = write_small_night(world / "card", four_frames());
    write_bytes(world / "result.html", "<html>my notes</html>");
    const Finished refused = world.stack({night.session.string(), "--html"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, HasSubstr("result.html"));
    EXPECT_FALSE(fs::exists(world / "result.fits"));
    const Finished forced = world.stack({night.session.string(), "--html", "--force"});
    EXPECT_EQ(forced.code, 2) << forced.err;
    EXPECT_EQ(page_at(world / "result.html"), "<html>my notes</html>");
    ASSERT_EQ(world.stack({night.session.string(), "--force"}).code, 0) << "without a page it is in nobody's way";
    fs::remove(world / "result.html");
    EXPECT_EQ(world.stack({night.session.string(), "--html", "--force"}).code, 0);
    EXPECT_EQ(world.stack({night.session.string(), "--html", "--force"}).code, 0);
}

TEST(HtmlReport, TellsWhyThereIsNoStack) {
    const World world;
    write_bytes(world / "card/light_1.fits", "SIMPLE");
    const Finished done = world.stack({(world / "card").string(), "--html"});
    EXPECT_EQ(done.code, 3) << done.err;
    const std::string page = page_at(world / "result.html");
    EXPECT_THAT(check_html(page).problems, IsEmpty());
    EXPECT_THAT(page, HasSubstr("1 frame is not in the stack"));
    EXPECT_THAT(page, HasSubstr("light_1.fits"));
    EXPECT_THAT(page, Not(HasSubstr("<img")));
}

TEST(HtmlReport, OfAnExport) {
    const World world;
    const SmallNight night = write_small_night(world / "card", four_frames());
    const std::string state = (world / "night.nst").string();
    ASSERT_EQ(world.stack({night.session.string(), "--method", "stream", "--state", state}).code, 0);
    const Finished done =
        world.run({"export", state, "--output", (world / "again.fits").string(), "--html", "--png", "none"});
    ASSERT_EQ(done.code, 0) << done.err;
    const std::string page = page_at(world / "again.html");
    EXPECT_THAT(check_html(page).problems, IsEmpty());
    EXPECT_THAT(page, HasSubstr("<dt>stacked</dt><dd>4</dd>"));
    EXPECT_THAT(page, HasSubstr("data:image/"));
}

}  // namespace
}  // namespace nightstack::test
