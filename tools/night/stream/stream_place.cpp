// SPDX-License-Identifier: MIT
#include "tools/night/stream/stream_place.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "pipeline/core/ascii.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/option_text.h"
#include "tools/scope/scope_address.h"
#include "tools/scope/scope_streams.h"

namespace nightstack::tools {
namespace {

[[noreturn]] void refuse(const std::string& stream, const std::string& why) {
    throw OptionError("--stream " + printable(stream) + ": " + why);
}

bool printable_word(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

// Behind "http://".
io::MjpegSource source_of(const std::string& stream, std::string_view text) {
    if (!printable_word(text)) refuse(stream, "an address of printable characters without blanks expected");
    const std::size_t end = text.find_first_of("/?#");
    std::string_view place = text.substr(0, end);
    std::string path(end == std::string_view::npos ? "" : text.substr(end));
    path.erase(std::min(path.find('#'), path.size()));
    if (!path.starts_with('/')) path.insert(0, 1, '/');
    if (place.find('@') != std::string_view::npos)
        refuse("(hidden)", "an address without user and password expected: what stands in a command others can read");
    io::MjpegSource source{"", 80, {path}};
    std::optional<std::string_view> port;
    if (place.starts_with('[')) {
        const std::size_t close = place.find(']');
        if (close == std::string_view::npos) refuse(stream, "the ] is missing");
        const std::string_view rest = place.substr(close + 1);
        if (!rest.empty() && rest.front() != ':') refuse(stream, "a ':' and a port expected behind the ]");
        if (!rest.empty()) port = rest.substr(1);
        place = place.substr(1, close - 1);
    } else if (const std::size_t colon = place.find(':'); colon != std::string_view::npos) {
        port = place.substr(colon + 1);
        place = place.substr(0, colon);
    }
    if (place.empty()) refuse(stream, "http://HOST:PORT/PATH expected");
    if (port) {
        const auto number = number_of<int>(*port);
        if (!number || *number < 1 || *number > 65535) refuse(stream, "a port from 1 to 65535 expected");
        source.port = static_cast<std::uint16_t>(*number);
    }
    source.host = place;
    return source;
}

std::optional<ScopeStream> scope_stream(std::string_view name) {
    if (name == "tele") return ScopeStream::tele;
    if (name == "wide") return ScopeStream::wide;
    if (name == "raw") return ScopeStream::raw;
    return std::nullopt;
}

}  // namespace

StreamPlace parse_stream_place(const std::string& stream, const std::string& scope, const std::string& ports) {
    if (const auto named = scope_stream(stream)) {
        const ScopePlace place = parse_scope_place(scope, ports);
        if (place.host.empty() || !printable_word(place.host)) refuse(stream, "--scope HOST names no host");
        return {{place.host, static_cast<std::uint16_t>(place.ports.http), stream_paths(*named)},
                stream + " of " + printable(place.host),
                named == ScopeStream::raw};
    }
    constexpr std::string_view kHttp = "http://";
    if (lower_case(stream.substr(0, kHttp.size())) != kHttp)
        refuse(stream, "tele, wide, raw or an address that begins with http:// expected (no https, no rtsp)");
    return {source_of(stream, std::string_view(stream).substr(kHttp.size())), printable(stream), false};
}

io::MjpegTimes stream_times(std::chrono::milliseconds lost) {
    constexpr std::chrono::milliseconds kLongestPause{4'000};  // and 3 s of connecting before
    io::MjpegTimes times;
    times.lost = lost;
    times.quiet = lost * 2 / 5;
    times.last_pause = kLongestPause;
    return times;
}

}  // namespace nightstack::tools
