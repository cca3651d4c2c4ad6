// SPDX-License-Identifier: MIT
// A live night on HTTP, to be looked at: GET /healthz, /api/state, /api/frames?since=N&most=M, /api/charts,
// /picture.png, /stream.jpg, and a page at /; and to be ended: POST /api/session/stop. What a client can make it use is
// bounded; a slow one holds up nobody.
//
//   Address        this machine alone, or any other with a token: there Authorization: Bearer TOKEN is asked for
//                  everything but /healthz and the page, which holds nothing and takes the token from its '#token='.
//   Host           must be one of the server's names and its port, exactly: 403.
//   Origin         of what is no GET, when there is one, must be the server's own: 403.
//   .../stop       202; what has come is stacked, and the picture is made. Only where the caller has said what to do
//                  (`stop`), else 404.
//   /picture.png   503 before the first; its ETag begins with the revision, If-None-Match gives 304.
//   /stream.jpg    the newest picture of the scope's own video; 404 where there is none, or none that is new. The video
//                  comes while somebody looks: asks for it, or for /api/state.
//   /api/frames    those with seq > since, at most `most` (500 without a word, never more than kMostFramesAnswered);
//                  "more" tells of further ones. ?last=N: the newest N instead. A verdict that is amended later stands
//                  at its old place.
//   /api/charts    at most kMostFramesAnswered frames, evenly spread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/night/show/night_board.h"
#include "tools/night/show/night_video.h"

namespace nightstack::tools {

struct NightServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;          // 0: any that is free
    std::string token;               // see make_token; "": none is asked for
    std::vector<std::string> hosts;  // further names that may stand in Host, without port
    std::function<void()> stop{};    // ends the night; must return at once, and may be called again
    AskVideo video{};                // the scope's own; none: there is none beside this night
};

class NightServer {
public:
    // Serves when it returns, on a thread of its own. The board must outlive it. Throws OptionError for an address that
    // others can reach without a token, or that is none, IoError when it cannot be had.
    NightServer(const NightBoard& board, const NightServerOptions& options);
    ~NightServer();  // waits at most about a second for answers on their way
    NightServer(const NightServer&) = delete;
    NightServer& operator=(const NightServer&) = delete;

    std::uint16_t port() const;
    const std::string& url() const { return url_; }  // "http://127.0.0.1:40123/"
    // With the token, for the browser of the one it is told to.
    std::string private_url() const;

private:
    struct State;
    const std::string token_;
    std::unique_ptr<State> state_;
    std::string url_;
};

}  // namespace nightstack::tools
