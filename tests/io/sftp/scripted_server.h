// SPDX-License-Identifier: MIT
// An SFTP server as a function: what a request is answered with, byte for byte. Written from the draft, not from our
// client.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/sftp/byte_line.h"
#include "io/sftp/sftp_client.h"

namespace nightstack::io::sftp::test {

struct Asked {
    int type = 0;
    std::uint32_t id = 0;
    std::string text;  // path or handle
    std::uint64_t offset = 0;
    std::uint32_t number = 0;  // bytes of a read, flags of an open
};

std::string be32(std::uint64_t value);
std::string be64(std::uint64_t value);
std::string text_field(const std::string& text);
std::string packet(int type, const std::string& rest);  // with its length

std::string status(std::uint32_t id, std::uint32_t code, const std::string& text = "");
std::string handle(std::uint32_t id, const std::string& name);
std::string data(std::uint32_t id, const std::string& bytes);
std::string file_attributes(std::uint64_t bytes, std::uint32_t mode = 0100644);
std::string attributes(std::uint32_t id, std::uint64_t bytes, std::uint32_t mode = 0100644);
std::string names(std::uint32_t id, const std::vector<std::string>& all);

using Script = std::function<std::string(const Asked&)>;

// One file "file" with that content, one folder "folder" with those names; what others scripts begin with.
Script honest(const std::string& content, const std::vector<std::string>& listing = {"a", "b"});

// Keeps all that was asked. Hands its answers out in pieces of `slice` bytes; silence is RemoteError (lost).
class ScriptedServer final : public ByteLine {
public:
    explicit ScriptedServer(Script script, std::size_t slice = 1 << 20) : script_(std::move(script)), slice_(slice) {}
    void send(std::string& bytes, const std::stop_token& stop) override;
    std::size_t receive(std::span<std::byte> out, const std::stop_token& stop) override;
    std::vector<Asked> asked;
    std::string greeting = packet(2, be32(3));
    bool reversed = false;  // a bunch of requests is answered last first

private:
    Script script_;
    std::size_t slice_;
    std::string in_, out_;
    std::size_t out_at_ = 0;  // what of `out_` was handed out
};

// A client of `server`, which it owns; the pointer stays valid as long as the client.
std::unique_ptr<SftpClient> client_of(std::unique_ptr<ScriptedServer> server, const RemoteLimits& limits = {});
std::unique_ptr<SftpClient> client_of(const Script& script, std::size_t slice = 1 << 20);

}  // namespace nightstack::io::sftp::test
