// SPDX-License-Identifier: MIT
#include "tools/night/show/night_routes.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "tools/night/show/night_access.h"
#include "tools/night/show/night_json.h"
#include "tools/night/show/night_page.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kFramesWithoutWord = 500;
constexpr char kJson[] = "application/json";

io::HttpResponse words(unsigned status, std::string text) {
    io::HttpResponse response;
    response.status = status;
    response.body = std::move(text) + "\n";
    return response;
}

io::HttpResponse content(const char* type, std::string_view body) {
    io::HttpResponse response;
    response.type = type;
    response.body = body;
    return response;
}

// The bytes are sent from where they lie: a client that takes its time costs no copy.
io::HttpBodySource from_memory(const std::shared_ptr<const std::vector<std::byte>>& bytes) {
    const auto read = [bytes, at = std::size_t{0}](std::span<char> out) mutable {
        const std::size_t n = std::min(out.size(), bytes->size() - at);
        std::memcpy(out.data(), bytes->data() + at, n);
        at += n;
        return n;
    };
    return {bytes->size(), read};
}

// A whole number of the query; nothing for anything else.
std::optional<std::uint64_t> whole(const std::optional<std::string>& text, std::uint64_t absent) {
    if (!text) return absent;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return value;
}

// Whether If-None-Match names it (RFC 9110, 13.1.2): tags between commas, perhaps weak ones, or a star.
bool names_tag(std::string_view header, std::string_view tag) {
    while (!header.empty()) {
        std::string_view item = header.substr(0, header.find(','));
        header.remove_prefix(std::min(header.size(), item.size() + 1));
        while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
        while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
        if (item.starts_with("W/")) item.remove_prefix(2);
        if (item == "*" || item == tag) return true;
    }
    return false;
}

// FNV-1a: no secret, only another number for other bytes.
std::uint64_t sum_of(std::span<const std::byte> bytes) {
    std::uint64_t sum = 0xCBF29CE484222325;
    for (const std::byte b : bytes) sum = (sum ^ static_cast<std::uint64_t>(b)) * 0x100000001B3;
    return sum;
}

// Whoever asks for the head of an answer alone (the connection sees to that) asks as for all of it.
std::string_view method_of(const io::HttpRequest& request) {
    return request.method == "HEAD" ? std::string_view("GET") : request.method;
}

// A page of this server may ask it for changes, another one may not. Host is one of the server's own names here, so a
// browser's Origin must be it. Programs that are no browsers send none.
bool from_elsewhere(const io::HttpRequest& request) {
    const std::string_view origin = request.header("Origin");
    if (method_of(request) == "GET" || origin.empty()) return false;
    return origin != "http://" + std::string(request.header("Host"));
}

}  // namespace

// What changes a night (POST) gets rows here; token and origin are asked for before any of them.
const NightRoutes::Route NightRoutes::kRoutes[] = {
    {"GET", "/", true, &NightRoutes::page},
    {"GET", "/night.css", true, &NightRoutes::style},
    {"GET", "/night.js", true, &NightRoutes::script},
    {"GET", "/healthz", true, &NightRoutes::health},
    {"GET", "/api/state", false, &NightRoutes::state},
    {"GET", "/api/frames", false, &NightRoutes::frames},
    {"GET", "/api/charts", false, &NightRoutes::charts},
    {"GET", "/picture.png", false, &NightRoutes::picture},
    {"GET", "/stream.jpg", false, &NightRoutes::stream},
    {"POST", "/api/session/stop", false, &NightRoutes::stop},
};

io::HttpResponse NightRoutes::answer(const io::HttpRequest& request) {
    io::HttpResponse response = routed(request);
    const auto put = [&](const char* name, const char* value) { response.headers.emplace_back(name, value); };
    put("Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    put("X-Content-Type-Options", "nosniff");
    put("Referrer-Policy", "no-referrer");
    put("Cross-Origin-Resource-Policy", "same-origin");
    const bool is_said =
        std::ranges::any_of(response.headers, [](const auto& h) { return h.first == "Cache-Control"; });
    if (!is_said) put("Cache-Control", "no-cache");
    return response;
}

io::HttpResponse NightRoutes::routed(const io::HttpRequest& request) {
    if (from_elsewhere(request)) return words(403, "not from that page");
    const std::string_view path = request.path();
    const auto same_path = [&](const Route& r) { return r.path == path; };
    const auto same = [&](const Route& r) { return same_path(r) && r.method == method_of(request); };
    const Route* route = std::ranges::find_if(kRoutes, same);
    const bool found = route != std::end(kRoutes);
    const bool open = token_.empty() || (found && route->open);
    if (!open && !carries_token(request.header("Authorization"), token_)) {
        io::HttpResponse refusal = words(401, "this asks for the token: Authorization: Bearer TOKEN");
        refusal.headers.emplace_back("WWW-Authenticate", "Bearer");
        return refusal;
    }
    if (found) return (this->*route->answer)(request);
    const Route* const other = std::ranges::find_if(kRoutes, same_path);
    const bool known = other != std::end(kRoutes);
    if (!known && method_of(request) == "GET") return words(404, "nothing here");
    const std::string allowed(known ? other->method : "GET");
    io::HttpResponse refusal = words(405, "only " + allowed + " is answered here");
    refusal.headers.emplace_back("Allow", allowed);
    return refusal;
}

io::HttpResponse NightRoutes::health(const io::HttpRequest&) { return words(200, "ok"); }

io::HttpResponse NightRoutes::stop(const io::HttpRequest&) {
    if (!stop_) return words(404, "this night cannot be ended from here");
    stop_();
    io::HttpResponse accepted = content(kJson, R"({"stopping":true})");
    accepted.status = 202;
    return accepted;
}

io::HttpResponse NightRoutes::state(const io::HttpRequest&) {
    const NightState state = board_.state();
    return content(kJson, state_json(state, video_ ? video_(state.scope) : std::nullopt));
}

io::HttpResponse NightRoutes::frames(const io::HttpRequest& request) {
    auto since = whole(request.parameter("since"), 0);
    auto most = whole(request.parameter("most"), kFramesWithoutWord);
    const auto last = whole(request.parameter("last"), 0);
    if (!since || !most || !last)
        return words(400, "since, most and last are whole numbers: /api/frames?since=120&most=50 or ?last=10");
    if (*last > 0) {
        most = std::min<std::uint64_t>(*last, kMostFramesAnswered);
        const std::uint64_t count = board_.frame_count();
        since = count - std::min(count, *most);
    }
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(*most, kMostFramesAnswered));
    std::vector<NightFrame> frames = board_.frames(*since, wanted + 1);
    const bool more = frames.size() > wanted;
    if (more) frames.pop_back();
    return content(kJson, frames_json(frames, *since, more));
}

io::HttpResponse NightRoutes::charts(const io::HttpRequest&) {
    const std::vector<NightFrame> frames = board_.spread_frames(kMostFramesAnswered);
    return content(kJson, charts_json(board_.state(), frames, frames.empty() ? 0 : frames.back().seq));
}

// The same revision in another session is another picture, so the tag is of the bytes too.
const std::string& NightRoutes::etag_of(const std::shared_ptr<const NightPicture>& picture) {
    if (picture != tagged_) {
        char text[64];
        std::snprintf(text, sizeof text, "\"%llu-%016llx\"", static_cast<unsigned long long>(picture->rev),
                      static_cast<unsigned long long>(sum_of(picture->png)));
        etag_ = text;
        tagged_ = picture;
    }
    return etag_;
}

io::HttpResponse NightRoutes::stream(const io::HttpRequest&) {
    const std::optional<NightVideo> video = video_ ? video_(board_.state().scope) : std::nullopt;
    io::HttpResponse response;
    if (video) {
        response.type = "image/jpeg";
        response.source = from_memory(video->jpeg);
    } else {
        response = words(404, video_ ? "no new picture of the scope's video" : "no video goes with this night");
    }
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

io::HttpResponse NightRoutes::picture(const io::HttpRequest& request) {
    const std::shared_ptr<const NightPicture> picture = board_.picture();
    if (!picture) {
        io::HttpResponse none = words(503, "no picture yet: it comes with the first frame that is stacked");
        none.headers.emplace_back("Retry-After", "2");
        return none;
    }
    io::HttpResponse response;
    response.type = "image/png";
    response.headers.emplace_back("ETag", etag_of(picture));
    if (names_tag(request.header("If-None-Match"), etag_)) {
        response.status = 304;
        return response;
    }
    response.source = from_memory({picture, &picture->png});
    return response;
}

io::HttpResponse NightRoutes::page(const io::HttpRequest&) {
    return content("text/html; charset=utf-8", night_page_html());
}

io::HttpResponse NightRoutes::style(const io::HttpRequest&) {
    return content("text/css; charset=utf-8", night_page_css());
}

io::HttpResponse NightRoutes::script(const io::HttpRequest&) {
    return content("text/javascript; charset=utf-8", night_page_js());
}

}  // namespace nightstack::tools
