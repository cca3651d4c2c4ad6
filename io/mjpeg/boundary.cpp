// SPDX-License-Identifier: MIT
#include "io/mjpeg/boundary.h"

#include <algorithm>
#include <cstring>

#include "io/mjpeg/part_headers.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kLongest = 70;

char char_at(Bytes bytes, std::size_t i) { return static_cast<char>(bytes[i]); }

// The value behind "boundary=", which starts `text`.
std::string_view value_of(std::string_view text) {
    if (text.starts_with('"')) {
        text.remove_prefix(1);
        return text.substr(0, std::min(text.find('"'), text.size()));
    }
    return text.substr(0, std::min(text.find_first_of("; \t"), text.size()));
}

}  // namespace

std::string boundary_of(std::string_view content_type) {
    constexpr std::string_view kName = "boundary=";
    for (std::size_t at = content_type.find(';'); at != std::string_view::npos; at = content_type.find(';', at + 1)) {
        std::string_view rest = content_type.substr(at + 1);
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
        if (!equal_words(rest.substr(0, kName.size()), kName)) continue;
        std::string_view value = value_of(rest.substr(kName.size()));
        value.remove_prefix(std::min(value.find_first_not_of('-'), value.size()));
        const bool sane = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
        return sane && value.size() <= kLongest ? std::string(value) : std::string();
    }
    return {};
}

Delimiter::Delimiter(std::string_view boundary) {
    if (!boundary.empty()) text_ = "--" + std::string(boundary);
}

Delimiter::Match Delimiter::starts(Bytes bytes, bool whole) const {
    if (text_.empty()) return Match::no;
    const std::size_t both = std::min(bytes.size(), text_.size());
    if (std::memcmp(bytes.data(), text_.data(), both) != 0) return Match::no;
    if (bytes.size() < text_.size()) return whole ? Match::no : Match::too_short;
    if (bytes.size() == text_.size()) return whole ? Match::yes : Match::too_short;
    const char next = char_at(bytes, text_.size());
    if (next == '\r' || next == '\n' || next == ' ' || next == '\t') return Match::yes;
    if (next != '-') return Match::no;
    if (bytes.size() < needed()) return whole ? Match::no : Match::too_short;
    return char_at(bytes, text_.size() + 1) == '-' ? Match::yes : Match::no;
}

Delimiter::Match Delimiter::follows(Bytes bytes, bool whole, std::size_t& at) const {
    at = 0;
    if (bytes.size() > at && char_at(bytes, at) == '\r') ++at;
    if (bytes.size() > at && char_at(bytes, at) == '\n') ++at;
    // A delimiter of more dashes than announced is one as well (boundary_of).
    for (int dashes = 0; dashes < 2; ++dashes) {
        const Match match = starts(bytes.subspan(at), whole);
        if (match != Match::no || bytes.size() <= at || char_at(bytes, at) != '-') return match;
        ++at;
    }
    return starts(bytes.subspan(at), whole);
}

std::size_t Delimiter::find(Bytes bytes, std::size_t from, bool line_start, bool whole) const {
    while (!text_.empty() && from < bytes.size()) {
        const void* found = ::memmem(bytes.data() + from, bytes.size() - from, text_.data(), text_.size());
        if (found == nullptr) return kNowhere;
        const auto at = static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
        const char before = at == 0 ? (line_start ? '\n' : 'x') : char_at(bytes, at - 1);
        if (before == '\n' || before == '-') {
            const Match match = starts(bytes.subspan(at), whole);
            if (match == Match::yes) return at;
            if (match == Match::too_short) return kNowhere;
        }
        from = at + 1;
    }
    return kNowhere;
}

}  // namespace nightstack::io
