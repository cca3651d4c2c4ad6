// SPDX-License-Identifier: MIT
#include "io/http/frames.h"

#include <algorithm>
#include <cassert>

#include "pipeline/core/utf8.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kMaxControl = 125;
constexpr std::uint16_t kProtocol = 1002, kNoCode = 1005, kNotUtf8 = 1007, kTooBig = 1009;

bool is_control(FrameKind kind) { return static_cast<std::uint8_t>(kind) >= 8; }

unsigned char byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

}  // namespace

bool valid_close_code(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    return payload.append(utf8_prefix(reason, kMaxControl - 2));
}

std::string make_frame(FrameKind kind, std::string_view payload) {
    assert(!is_control(kind) || payload.size() <= kMaxControl);
    std::string frame(1, static_cast<char>(0x80 | static_cast<std::uint8_t>(kind)));
    const std::uint64_t size = payload.size();
    const int length_bytes = size < 126 ? 0 : size <= 0xFFFF ? 2 : 8;
    frame += static_cast<char>(length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127);
    for (int i = length_bytes - 1; i >= 0; --i) frame += static_cast<char>(size >> (8 * i) & 0xFF);
    return frame.append(payload);
}

bool FrameReader::feed(std::string_view bytes, std::vector<Received>& out) {
    while (!violation_ && (!bytes.empty() || (header_ && at_ == header_->length))) {
        if (!header_) {
            bytes = take_header(bytes);
        } else {
            bytes = take_payload(bytes);
            if (at_ == header_->length) end_frame(out);
        }
    }
    return !violation_;
}

std::size_t FrameReader::header_size() const {
    if (head_.size() < 2) return 2;
    const unsigned char length = byte_at(head_, 1) & 0x7F;
    const std::size_t length_bytes = length == 127 ? 8 : length == 126 ? 2 : 0;
    return 2 + length_bytes + ((byte_at(head_, 1) & 0x80) != 0 ? 4 : 0);
}

std::string_view FrameReader::take_header(std::string_view bytes) {
    while (head_.size() < header_size() && !bytes.empty()) {
        head_ += bytes.front();
        bytes.remove_prefix(1);
    }
    if (head_.size() < header_size()) return bytes;
    read_header();
    head_.clear();
    return bytes;
}

void FrameReader::read_header() {
    const unsigned char first = byte_at(head_, 0), second = byte_at(head_, 1);
    const int op = first & 0x0F;
    if ((first & 0x70) != 0) return refuse(kProtocol, "reserved bits are set");
    if (op > 10 || (op > 2 && op < 8)) return refuse(kProtocol, "unknown kind of frame");
    if ((second & 0x80) == 0) return refuse(kProtocol, "a client's frame has to be masked");
    Header header;
    header.final = (first & 0x80) != 0;
    header.kind = static_cast<FrameKind>(op);
    header.length = second & 0x7F;
    const std::size_t length_bytes = header.length == 127 ? 8 : header.length == 126 ? 2 : 0;
    if (length_bytes > 0) header.length = big_endian(std::string_view(head_).substr(2, length_bytes));
    if (header.length >> 63 != 0) return refuse(kProtocol, "length beyond 2^63");
    if ((length_bytes == 2 && header.length < 126) || (length_bytes == 8 && header.length <= 0xFFFF))
        return refuse(kProtocol, "length in more bytes than it needs");
    for (std::size_t i = 0; i < 4; ++i) header.mask[i] = byte_at(head_, 2 + length_bytes + i);
    header_ = header;
    at_ = 0;
    judge_header();
}

void FrameReader::judge_header() {
    const Header& header = *header_;
    if (is_control(header.kind)) {
        if (!header.final) refuse(kProtocol, "a control frame in fragments");
        if (header.length > kMaxControl) refuse(kProtocol, "a control frame of more than 125 bytes");
        return;
    }
    if (header.kind == FrameKind::continuation && !open_) return refuse(kProtocol, "a fragment of no message");
    if (header.kind != FrameKind::continuation && open_) return refuse(kProtocol, "a message within another");
    if (header.length > max_message_ - message_.size()) return refuse(kTooBig, "message too big");
    if (header.kind != FrameKind::continuation) open_ = header.kind;
}

std::string_view FrameReader::take_payload(std::string_view bytes) {
    std::string& payload = is_control(header_->kind) ? control_ : message_;
    const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), header_->length - at_));
    for (std::size_t i = 0; i < take; ++i)
        payload += static_cast<char>(byte_at(bytes, i) ^ header_->mask[(at_ + i) % 4]);
    at_ += take;
    return bytes.substr(take);
}

void FrameReader::end_frame(std::vector<Received>& out) {
    const Header header = *header_;
    header_.reset();
    if (header.kind == FrameKind::close) return end_close(out);
    if (is_control(header.kind)) {
        out.push_back({header.kind, std::move(control_), 0});
        control_.clear();
    } else if (header.final) {
        if (*open_ == FrameKind::text && !valid_utf8(message_)) return refuse(kNotUtf8, "text that is not UTF-8");
        out.push_back({*open_, std::move(message_), 0});
        message_.clear();
        open_.reset();
    }
}

void FrameReader::end_close(std::vector<Received>& out) {
    if (control_.size() == 1) return refuse(kProtocol, "half a close code");
    Received close{FrameKind::close, "", kNoCode};
    if (control_.size() >= 2) {
        close.close_code = static_cast<std::uint16_t>(big_endian(std::string_view(control_).substr(0, 2)));
        close.bytes = control_.substr(2);
        if (!valid_close_code(close.close_code)) return refuse(kProtocol, "a close code that none may send");
        if (!valid_utf8(close.bytes)) return refuse(kNotUtf8, "a reason that is not UTF-8");
    }
    control_.clear();
    out.push_back(std::move(close));
}

void FrameReader::refuse(std::uint16_t code, const char* text) {
    if (!violation_) violation_ = Violation{code, text};
    message_ = std::string();
    control_ = std::string();
}

}  // namespace nightstack::io
