// SPDX-License-Identifier: MIT
// What a night's server answers to a request, without the server. Reads the board; of the night it can change one
// thing, that it ends. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "io/http/server.h"
#include "tools/night/show/night_board.h"
#include "tools/night/show/night_video.h"

namespace nightstack::tools {

// Of one answer: what is kept for a slow client is bounded by this.
inline constexpr std::size_t kMostFramesAnswered = 2'000;

class NightRoutes {
public:
    // `token`: what all but the page itself and /healthz ask for; "": nothing is asked for. The board must outlive it.
    // `stop` ends the night; none: nobody can. `video`: the scope's own; none: there is none.
    NightRoutes(const NightBoard& board, std::string token, std::function<void()> stop = {}, AskVideo video = {})
        : board_(board), token_(std::move(token)), stop_(std::move(stop)), video_(std::move(video)) {}

    // Host has been held against the names of the server already.
    io::HttpResponse answer(const io::HttpRequest& request);

private:
    using Answer = io::HttpResponse (NightRoutes::*)(const io::HttpRequest&);
    struct Route {
        std::string_view method, path;
        bool open;  // without token
        Answer answer;
    };
    static const Route kRoutes[];

    io::HttpResponse routed(const io::HttpRequest& request);
    io::HttpResponse health(const io::HttpRequest&);
    io::HttpResponse state(const io::HttpRequest&);
    io::HttpResponse frames(const io::HttpRequest& request);
    io::HttpResponse charts(const io::HttpRequest&);
    io::HttpResponse picture(const io::HttpRequest& request);
    io::HttpResponse stream(const io::HttpRequest&);
    io::HttpResponse stop(const io::HttpRequest&);
    io::HttpResponse page(const io::HttpRequest&);
    io::HttpResponse style(const io::HttpRequest&);
    io::HttpResponse script(const io::HttpRequest&);
    const std::string& etag_of(const std::shared_ptr<const NightPicture>& picture);

    const NightBoard& board_;
    const std::string token_;
    const std::function<void()> stop_;
    const AskVideo video_;
    std::shared_ptr<const NightPicture> tagged_;  // which `etag_` is of
    std::string etag_;
};

}  // namespace nightstack::tools
