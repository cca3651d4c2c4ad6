// SPDX-License-Identifier: MIT
// Answers that come in pieces: of known size, and streams without an end.
#include <gmock/gmock.h>

#include <algorithm>
#include <future>

#include "io/http/server.h"
#include "tests/io/http/raw_client.h"

namespace nightstack::io {
namespace {

using test::RawClient;
using testing::EndsWith;
using testing::HasSubstr;
using Offered = HttpStream::Offered;

std::shared_ptr<const std::string> part(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

class Streaming {
public:
    explicit Streaming(HttpServerOptions options = {}) : server(loop, options, handlers()) {}
    HttpStreamPtr wait() {
        const auto future = opened_.get_future();
        EXPECT_EQ(future.wait_for(std::chrono::seconds(20)), std::future_status::ready);
        return stream_;
    }

    ServerLoop loop;

private:
    HttpHandlers handlers() {
        HttpHandlers out;
        out.request = [this](const HttpRequest&) -> std::optional<HttpResponse> {
            HttpResponse answer;
            answer.type = "multipart/x-mixed-replace; boundary=dwarf";
            answer.stream = [this](const HttpStreamPtr& stream) {
                stream_ = stream;
                opened_.set_value();
            };
            return answer;
        };
        return out;
    }
    HttpStreamPtr stream_;
    std::promise<void> opened_;

public:
    HttpServer server;
};

TEST(Stream, HeaderComesBeforeAnyPartAndPartsInOrder) {
    Streaming s;
    RawClient client(s.server.port());
    client.send("GET /mainstream HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("multipart/x-mixed-replace; boundary=dwarf\r\n"));
    EXPECT_THAT(head, testing::Not(HasSubstr("Content-Length")));
    const HttpStreamPtr stream = s.wait();
    EXPECT_EQ(stream->offer(part("one.")), Offered::taken);
    client.read_until("one.");
    EXPECT_EQ(stream->offer(part("two.")), Offered::taken);
    client.read_until("two.");
    stream->offer(part("three."));
    stream->end();
    EXPECT_THAT(client.read_all(), EndsWith("three."));
    EXPECT_EQ(stream->offer(part("x")), Offered::gone);
}

TEST(Stream, ASlowClientMissesPartsAndGetsTheNewest) {
    HttpServerOptions options;
    options.limits.kernel_bytes = 4096;
    Streaming s(options);
    RawClient client(s.server.port());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const HttpStreamPtr stream = s.wait();
    const std::size_t size = 400'000;
    int replaced = 0;
    for (int i = 0; i < 200; ++i) replaced += stream->offer(part(std::string(size, 'a'))) == Offered::replaced ? 1 : 0;
    EXPECT_GT(replaced, 100);
    stream->offer(part("newest"));
    stream->end();
    const std::string all = client.read_all();
    EXPECT_THAT(all.substr(all.size() - 6), "newest");
    EXPECT_LT(all.size(), 100 * size);
}

TEST(Stream, AClientThatGoesIsNoticedWithoutAPart) {
    Streaming s;
    std::optional<RawClient> client(s.server.port());
    client->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const HttpStreamPtr stream = s.wait();
    EXPECT_TRUE(stream->open());
    client.reset();
    for (int i = 0; i < 2000 && stream->open(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_FALSE(stream->open());
}

TEST(Stream, TheServersEndIsTheStreams) {
    HttpStreamPtr stream;
    {
        Streaming s;
        RawClient client(s.server.port());
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        stream = s.wait();
        s.server.shut();
        EXPECT_THAT(client.read_all(), EndsWith("\r\n\r\n"));
    }
    EXPECT_EQ(stream->offer(part("x")), Offered::gone);
}

TEST(Source, ComesWholeWithItsLengthAndKeepsTheConnection) {
    ServerLoop loop;
    constexpr std::size_t kSize = 3'000'000;
    HttpHandlers handlers;
    handlers.request = [](const HttpRequest& request) -> std::optional<HttpResponse> {
        HttpResponse answer;
        answer.source =
            HttpBodySource{kSize, [at = std::size_t{0}, cut = request.path() == "/cut"](std::span<char> into) mutable {
                               if (cut && at > kSize / 2) return std::size_t{0};
                               std::ranges::fill(into, 's');
                               at += into.size();
                               return into.size();
                           }};
        return answer;
    };
    const HttpServer server(loop, {}, std::move(handlers));
    RawClient client(server.port());
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Content-Length: 3000000\r\n"));
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /cut HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string all = client.read_all();
    EXPECT_GT(all.size(), kSize + kSize / 2);
    EXPECT_LT(all.size(), 2 * kSize);
}

}  // namespace
}  // namespace nightstack::io
