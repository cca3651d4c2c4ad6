// SPDX-License-Identifier: MIT
#include "tests/io/sftp/scripted_server.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace nightstack::io::sftp::test {
namespace {

std::uint64_t number_at(const std::string& bytes, std::size_t at, int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i)
        value = (value << 8U) | static_cast<unsigned char>(bytes.at(at + static_cast<std::size_t>(i)));
    return value;
}

Asked parsed(const std::string& packet) {
    Asked asked;
    asked.type = packet.at(0);
    asked.id = static_cast<std::uint32_t>(number_at(packet, 1, 4));
    if (asked.type == 1) return asked;
    const std::size_t length = number_at(packet, 5, 4);
    asked.text = packet.substr(9, length);
    const std::size_t rest = 9 + length;
    if (asked.type == 3) asked.number = static_cast<std::uint32_t>(number_at(packet, rest, 4));
    if (asked.type != 5) return asked;
    asked.offset = number_at(packet, rest, 8);
    asked.number = static_cast<std::uint32_t>(number_at(packet, rest + 8, 4));
    return asked;
}

}  // namespace

std::string be32(std::uint64_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> static_cast<unsigned>(shift));
    return bytes;
}

std::string be64(std::uint64_t value) { return be32(value >> 32U) + be32(value); }
std::string text_field(const std::string& text) { return be32(text.size()) + text; }
std::string packet(int type, const std::string& rest) { return be32(rest.size() + 1) + static_cast<char>(type) + rest; }

std::string status(std::uint32_t id, std::uint32_t code, const std::string& text) {
    return packet(101, be32(id) + be32(code) + text_field(text) + text_field(""));
}
std::string handle(std::uint32_t id, const std::string& name) { return packet(102, be32(id) + text_field(name)); }
std::string data(std::uint32_t id, const std::string& bytes) { return packet(103, be32(id) + text_field(bytes)); }
std::string file_attributes(std::uint64_t bytes, std::uint32_t mode) {
    return be32(1 | 4 | 8) + be64(bytes) + be32(mode) + be32(1'700'000'000) + be32(1'700'000'001);
}
std::string attributes(std::uint32_t id, std::uint64_t bytes, std::uint32_t mode) {
    return packet(105, be32(id) + file_attributes(bytes, mode));
}
std::string names(std::uint32_t id, const std::vector<std::string>& all) {
    std::string rest = be32(id) + be32(all.size());
    for (const std::string& name : all)
        rest += text_field(name) + text_field("-rw-r--r-- " + name) + file_attributes(5);
    return packet(104, rest);
}

Script honest(const std::string& content, const std::vector<std::string>& listing) {
    const auto listed = std::make_shared<bool>(false);
    return [=](const Asked& a) -> std::string {
        switch (a.type) {
            case 3: return a.text == "file" ? handle(a.id, "h") : status(a.id, 2, "No such file");
            case 4: return status(a.id, 0);
            case 5:
                if (a.offset >= content.size()) return status(a.id, 1, "End of file");
                return data(a.id, content.substr(a.offset, a.number));
            case 7:
            case 8:
            case 17: return attributes(a.id, content.size());
            case 11: *listed = false; return handle(a.id, "d");
            case 12: return std::exchange(*listed, true) ? status(a.id, 1) : names(a.id, listing);
            default: return status(a.id, 8);
        }
    };
}

void ScriptedServer::send(std::string& bytes, const std::stop_token&) {
    in_ += std::exchange(bytes, {});
    std::vector<std::string> answers;
    while (in_.size() >= 4 && in_.size() >= 4 + number_at(in_, 0, 4)) {
        const std::size_t length = number_at(in_, 0, 4);
        asked.push_back(parsed(in_.substr(4, length)));
        in_.erase(0, 4 + length);
        answers.push_back(asked.back().type == 1 ? greeting : script_(asked.back()));
    }
    if (reversed) std::reverse(answers.begin(), answers.end());
    for (const std::string& answer : answers) out_ += answer;
}

std::size_t ScriptedServer::receive(std::span<std::byte> out, const std::stop_token& stop) {
    if (stop.stop_requested()) throw Interrupted();
    if (out_at_ == out_.size()) {
        out_.clear();
        out_at_ = 0;
    }
    if (out_.empty()) throw RemoteError(RemoteError::Kind::lost, "silent");
    const std::size_t count = std::min({out.size(), out_.size() - out_at_, slice_});
    std::memcpy(out.data(), out_.data() + out_at_, count);
    out_at_ += count;
    return count;
}

std::unique_ptr<SftpClient> client_of(std::unique_ptr<ScriptedServer> server, const RemoteLimits& limits) {
    return std::make_unique<SftpClient>(std::move(server), "", "sftp://test", limits, std::stop_token());
}

std::unique_ptr<SftpClient> client_of(const Script& script, std::size_t slice) {
    return client_of(std::make_unique<ScriptedServer>(script, slice));
}

}  // namespace nightstack::io::sftp::test
