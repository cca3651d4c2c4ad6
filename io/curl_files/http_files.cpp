// SPDX-License-Identifier: MIT
#include "io/curl_files/http_files.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "io/curl_files/content_range.h"
#include "io/curl_files/curl_link.h"
#include "io/curl_files/curl_verdict.h"
#include "io/curl_files/html_listing.h"
#include "io/curl_files/url_text.h"
#include "pipeline/core/percent.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

using namespace curl_files;
using Kind = RemoteError::Kind;

constexpr std::size_t kMostListingBytes = std::size_t{64} << 20U;
constexpr int kAnswerInSilences = 24;  // a listing or a look takes no longer than so many times the silence limit

bool nothing(const Reply&, std::span<const std::byte>) { return false; }

class HttpFiles final : public RemoteFiles {
public:
    HttpFiles(const HttpOptions& o)
        : link_("http", o.limits),
          base_(url_base("http", o.host, o.port)),
          root_(o.root.starts_with('/') ? o.root.substr(1) : o.root),
          where_(base_ + printable(root_)),
          limits_(o.limits) {}

    std::vector<RemoteEntry> list(const std::string& path, const std::stop_token& stop) override;
    RemoteEntry stat(const std::string& path, const std::stop_token& stop) override;
    std::uint64_t read(const std::string& path, std::uint64_t from, std::uint64_t count, const Sink& sink,
                       const std::stop_token& stop) override;
    const std::string& where() const override { return where_; }
    Reply look(const std::string& path, bool folder, const std::stop_token& stop);

private:
    std::string place(const std::string& path, bool folder) const;
    std::string shown(const std::string& path) const { return where_ + " " + printable(path); }
    [[noreturn]] void broken(const std::string& path, const std::string& what) const {
        throw RemoteError(Kind::broken, shown(path) + ": " + what);
    }
    Reply ask(const Request& request, const CurlLink::Body& body, const std::stop_token& stop);
    Reply look_by_reading(const std::string& path, bool folder, const std::stop_token& stop);
    void check_length(const Reply& reply, const std::string& path) const;
    std::uint64_t first_byte(const Reply& reply, std::uint64_t from, const std::string& path) const;

    CurlLink link_;
    std::string base_, root_, where_;
    RemoteLimits limits_;
    bool lost_ = false;
};

std::string HttpFiles::place(const std::string& path, bool folder) const {
    const std::string whole = below(root_, path);
    return whole + (folder && !whole.empty() && !whole.ends_with('/') ? "/" : "");
}

Reply HttpFiles::ask(const Request& request, const CurlLink::Body& body, const std::stop_token& stop) {
    if (lost_) throw RemoteError(Kind::lost, where_ + ": the connection was lost");
    try {
        return link_.ask(request, body, stop);
    } catch (const RemoteError& e) {
        lost_ = e.kind() == Kind::lost;
        throw RemoteError(e.kind(), where_ + ": " + e.what());
    }
}

std::vector<RemoteEntry> HttpFiles::list(const std::string& path, const std::stop_token& stop) {
    Request request;
    const std::string folder = place(path, true);
    request.url = base_ + percent_encoded(folder);
    request.most = limits_.silence * kAnswerInSilences;
    std::string bytes;
    const auto collect = [&](const Reply& reply, std::span<const std::byte> piece) {
        if (reply.status != 200) return false;
        if (bytes.size() + piece.size() > kMostListingBytes)
            throw RemoteError(Kind::broken, "a listing without an end");
        bytes.append(reinterpret_cast<const char*>(piece.data()), piece.size());
        return true;
    };
    const Reply reply = ask(request, collect, stop);
    if (!fine(reply) || reply.status != 200) throw_http(reply, shown(path));
    check_length(reply, path);
    return parse_html_listing(bytes, "/" + folder, limits_.entries);
}

Reply HttpFiles::look(const std::string& path, bool folder, const std::stop_token& stop) {
    Request request;
    request.url = base_ + percent_encoded(place(path, folder));
    request.head = true;
    request.most = limits_.silence * kAnswerInSilences;
    Reply reply = ask(request, nothing, stop);
    const bool knows_head =
        reply.status != 405 && reply.status != 501 && (folder || reply.status != 200 || reply.bytes);
    return fine(reply) && !knows_head ? look_by_reading(path, folder, stop) : reply;
}

// For a server that does not know HEAD: one byte shows as much.
Reply HttpFiles::look_by_reading(const std::string& path, bool folder, const std::stop_token& stop) {
    Request request;
    request.url = base_ + percent_encoded(place(path, folder));
    if (!folder) request.range = "0-0";
    request.most = limits_.silence * kAnswerInSilences;
    Reply reply = ask(request, nothing, stop);
    if (reply.status == 206) {
        const auto range = read_content_range(reply.content_range);
        reply.bytes = range ? range->total : std::nullopt;
        reply.status = 200;
    }
    if (reply.status == 416) {  // not even one byte
        reply.bytes = 0;
        reply.status = 200;
    }
    return reply;
}

void HttpFiles::check_length(const Reply& reply, const std::string& path) const {
    if (!reply.content_encoding.empty() && reply.content_encoding != "identity")
        broken(path, "sent as '" + printable(reply.content_encoding) + "', which was not asked for");
}

RemoteEntry HttpFiles::stat(const std::string& path, const std::stop_token& stop) {
    RemoteEntry entry;
    entry.name = path.substr(path.rfind('/') + 1);
    Reply reply = look(path, path.empty(), stop);
    const bool moved = reply.status == 301 || reply.status == 302 || reply.status == 307 || reply.status == 308;
    entry.kind = path.empty() ? RemoteEntry::Kind::folder : RemoteEntry::Kind::file;
    // A folder asked for as a file: servers point to the same place with a '/'.
    if (fine(reply) && moved && !path.empty()) {
        if (!percent_decoded(reply.location).ends_with("/" + place(path, true)))
            broken(path, "the server points elsewhere");
        reply = look(path, true, stop);
        entry.kind = RemoteEntry::Kind::folder;
    }
    if (!fine(reply) || reply.status != 200) throw_http(reply, shown(path));
    entry.modified_s = reply.modified_s;
    if (entry.kind == RemoteEntry::Kind::folder) return entry;
    check_length(reply, path);
    if (!reply.bytes) broken(path, "the server does not say how long it is");
    if (*reply.bytes > limits_.file_bytes)
        broken(path, std::to_string(*reply.bytes) + " bytes; " + std::to_string(limits_.file_bytes) + " are the most");
    entry.bytes = reply.bytes;
    return entry;
}

// Where in the file the body begins: `from`, or 0 where the server does not know ranges.
std::uint64_t HttpFiles::first_byte(const Reply& reply, std::uint64_t from, const std::string& path) const {
    check_length(reply, path);
    if (reply.status == 200) {
        if (reply.bytes.value_or(0) > limits_.file_bytes)
            broken(path,
                   std::to_string(*reply.bytes) + " bytes; " + std::to_string(limits_.file_bytes) + " are the most");
        return 0;
    }
    const auto range = read_content_range(reply.content_range);
    if (!range || range->from != from || range->total.value_or(0) > limits_.file_bytes)
        broken(path,
               "asked for bytes from " + std::to_string(from) + ", sent '" + printable(reply.content_range) + "'");
    return from;
}

std::uint64_t HttpFiles::read(const std::string& path, std::uint64_t from, std::uint64_t count, const Sink& sink,
                              const std::stop_token& stop) {
    if (count == 0) return 0;
    if (from > limits_.file_bytes) broken(path, "no file is that long");
    Request request;
    request.url = base_ + percent_encoded(place(path, false));
    const bool to_the_end = count > limits_.file_bytes;
    if (from > 0 || !to_the_end)
        request.range = std::to_string(from) + "-" + (to_the_end ? "" : std::to_string(from + count - 1));
    std::optional<std::uint64_t> at;  // in the file, of the next byte that comes
    std::uint64_t handed = 0;
    bool wanted = true;  // by the sink
    const auto take = [&](const Reply& reply, std::span<const std::byte> piece) {
        if (reply.status != 200 && reply.status != 206) return false;
        if (!at) at = first_byte(reply, from, path);
        if (piece.size() > limits_.file_bytes - *at)
            throw RemoteError(Kind::broken, "more than " + std::to_string(limits_.file_bytes) + " bytes in one file");
        const std::uint64_t skip = *at < from ? std::min<std::uint64_t>(from - *at, piece.size()) : 0;
        *at += piece.size();
        piece = piece.subspan(static_cast<std::size_t>(skip));
        piece = piece.first(static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), count - handed)));
        handed += piece.size();
        wanted = piece.empty() || sink(piece);
        return wanted && handed < count;
    };
    const Reply reply = ask(request, take, stop);
    if (reply.status == 416) return 0;  // behind the end
    if (!fine(reply) || (reply.status != 200 && reply.status != 206)) throw_http(reply, shown(path));
    if (!at) first_byte(reply, from, path);  // no body, which must be right as well
    // A server that names no length can be cut without a word; its range tells.
    const auto range = reply.status == 206 ? read_content_range(reply.content_range) : std::nullopt;
    if (range && !reply.ended_by_sink && at.value_or(from) != range->to + 1)
        throw RemoteError(Kind::lost, shown(path) + ": not the bytes that were announced");
    return handed;
}

}  // namespace

std::unique_ptr<RemoteFiles> connect_http(const HttpOptions& o, const std::stop_token& stop) {
    auto files = std::make_unique<HttpFiles>(o);
    const Reply reply = files->look("", true, stop);
    if (!fine(reply) || reply.status == 401 || reply.status == 407 || reply.status >= 500)
        throw_http(reply, files->where());
    return files;
}

RemoteConnector http_connector(HttpOptions options) {
    return [options = std::move(options)](const std::stop_token& stop) { return connect_http(options, stop); };
}

}  // namespace nightstack::io
