// SPDX-License-Identifier: MIT
#include "io/served/http_files.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "pipeline/core/ascii.h"
#include "pipeline/core/percent.h"

namespace nightstack::io {
namespace {

constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::tm utc(std::int64_t unix_s) {
    std::tm out{};
    const std::time_t time = unix_s;
    ::gmtime_r(&time, &out);
    return out;
}

// RFC 7231 section 7.1.1.1. Not strftime: its words depend on the locale.
std::string http_date(std::int64_t unix_s) {
    const std::tm t = utc(unix_s);
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[static_cast<std::size_t>(t.tm_wday)],
                  t.tm_mday, kMonths[static_cast<std::size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour, t.tm_min,
                  t.tm_sec);
    return text;
}

std::string index_date(std::int64_t unix_s) {
    const std::tm t = utc(unix_s);
    char text[64];
    std::snprintf(text, sizeof text, "%02d-%s-%04d %02d:%02d", t.tm_mday, kMonths[static_cast<std::size_t>(t.tm_mon)],
                  t.tm_year + 1900, t.tm_hour, t.tm_min);
    return text;
}

// As nginx writes links.
std::string link_to(std::string_view path) { return percent_encoded(path, "-._~!$'()*,;=@/"); }

std::string html(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

// A row of nginx's autoindex: a name of at most 50 characters in 51 columns, date, size in 20.
std::string index_row(const ServedEntry& entry) {
    constexpr std::size_t kName = 50, kCut = 47, kSize = 19;
    const std::string slash = entry.folder ? "/" : "";
    const std::string name = entry.name + slash;
    const bool cut = name.size() > kName;
    const std::string shown = cut ? html(name.substr(0, kCut)) + "..&gt;" : html(name);
    const std::string size = entry.folder ? "-" : std::to_string(entry.bytes);
    return "<a href=\"" + link_to(entry.name) + slash + "\">" + shown + "</a>" +
           std::string(cut ? 1 : kName - name.size() + 1, ' ') + index_date(entry.modified_s) + " " +
           std::string(kSize - std::min(kSize, size.size()), ' ') + size + "\r\n";
}

HttpResponse listing(const std::string& path, const std::vector<ServedEntry>& entries) {
    const std::string title = "Index of " + html(path);
    HttpResponse out;
    out.type = "text/html";
    out.body = "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<h1>" + title +
               "</h1><hr><pre><a href=\"../\">../</a>\r\n";
    for (const ServedEntry& entry : entries) out.body += index_row(entry);
    out.body += "</pre><hr></body>\r\n</html>\r\n";
    return out;
}

HttpResponse plain(unsigned status, std::string text) {
    HttpResponse out;
    out.status = status;
    out.body = std::move(text);
    return out;
}

std::string type_of(std::string_view file) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes = {{{".jpg", "image/jpeg"},
                                                                                      {".jpeg", "image/jpeg"},
                                                                                      {".png", "image/png"},
                                                                                      {".json", "application/json"},
                                                                                      {".txt", "text/plain"},
                                                                                      {".mp4", "video/mp4"},
                                                                                      {".tif", "image/tiff"},
                                                                                      {".tiff", "image/tiff"}}};
    const std::string name = lower_case(file);
    for (const auto& [end, type] : kTypes)
        if (name.ends_with(end)) return std::string(type);
    return "application/octet-stream";
}

struct Part {
    std::uint64_t first = 0, bytes = 0;
};
enum class RangeKind { whole, part, outside };

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

// One range of RFC 7233; what is no range, or several, means the whole file, which the RFC allows.
RangeKind read_range(std::string_view text, std::uint64_t size, Part& part) {
    constexpr std::string_view kUnit = "bytes=";
    if (!text.starts_with(kUnit)) return RangeKind::whole;
    text.remove_prefix(kUnit.size());
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return RangeKind::whole;
    const auto first = number(text.substr(0, dash)), last = number(text.substr(dash + 1));
    if (dash == 0) {  // the last so many
        if (!last) return RangeKind::whole;
        if (*last == 0 || size == 0) return RangeKind::outside;
        part.bytes = std::min(*last, size);
        part.first = size - part.bytes;
        return RangeKind::part;
    }
    if (!first || (!last && dash + 1 != text.size()) || (last && *last < *first)) return RangeKind::whole;
    if (*first >= size) return RangeKind::outside;
    part.first = *first;
    part.bytes = std::min(last.value_or(size - 1), size - 1) - *first + 1;
    return RangeKind::part;
}

// As nginx compares by default: exactly what it once sent.
bool has_it(const HttpRequest& request, const std::string& date, const std::string& tag) {
    const std::string_view tags = request.header("If-None-Match");
    if (!tags.empty()) return tags == "*" || tags.find(tag) != std::string_view::npos;
    return request.header("If-Modified-Since") == date;
}

HttpBodySource source_of(ServedFile file, Part part) {
    const auto shared = std::make_shared<const ServedFile>(std::move(file));
    return {part.bytes, [shared, at = part.first](std::span<char> into) mutable {
                const std::size_t n = shared->read(at, into);
                at += n;
                return n;
            }};
}

HttpResponse file_answer(ServedFile file, const HttpRequest& request) {
    const ServedEntry entry = file.entry();
    char text[64];
    std::snprintf(text, sizeof text, "\"%llx-%llx\"", static_cast<unsigned long long>(entry.modified_s),
                  static_cast<unsigned long long>(entry.bytes));
    const std::string tag = text, date = http_date(entry.modified_s);
    HttpResponse out;
    out.type = type_of(entry.name);
    out.headers = {{"Last-Modified", date}, {"ETag", tag}, {"Accept-Ranges", "bytes"}};
    if (has_it(request, date, tag)) {
        out.status = 304;
        return out;
    }
    Part part{0, entry.bytes};
    const std::string_view same = request.header("If-Range");
    const bool unchanged = same.empty() || same == date || same == tag;
    const RangeKind kind = unchanged ? read_range(request.header("Range"), entry.bytes, part) : RangeKind::whole;
    const std::string size = std::to_string(entry.bytes);
    if (kind == RangeKind::outside) {
        out = plain(416, "no such range\n");
        out.headers.emplace_back("Content-Range", "bytes */" + size);
        return out;
    }
    if (kind == RangeKind::part) {
        out.status = 206;
        out.headers.emplace_back("Content-Range", "bytes " + std::to_string(part.first) + "-" +
                                                      std::to_string(part.first + part.bytes - 1) + "/" + size);
    }
    out.source = source_of(std::move(file), part);
    return out;
}

}  // namespace

HttpResponse answer_file_request(const std::shared_ptr<const ServedFolder>& folder, const std::string& prefix,
                                 const HttpRequest& request) {
    if (request.method != "GET" && request.method != "HEAD") {
        HttpResponse out = plain(405, "GET expected\n");
        out.headers.emplace_back("Allow", "GET, HEAD");
        return out;
    }
    const std::string path = percent_decoded(request.path());
    const bool below = path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
    const std::string inner = below ? path.substr(prefix.size()) : std::string();
    const auto entry = below ? folder->stat(inner) : std::nullopt;
    if (!entry) return plain(404, "no such file\n");
    if (entry->folder && !path.ends_with('/')) {
        HttpResponse out = plain(301, "");
        out.headers.emplace_back("Location", link_to(path) + "/");
        return out;
    }
    if (entry->folder) {
        const auto entries = folder->list(inner);
        return entries ? listing(path, *entries) : plain(404, "no such folder\n");
    }
    auto file = folder->open(inner);
    return file ? file_answer(std::move(*file), request) : plain(404, "no such file\n");
}

}  // namespace nightstack::io
