// SPDX-License-Identifier: MIT
#include "io/sftp/packets.h"

#include <cstring>

#include "pipeline/core/printable.h"

namespace nightstack::io::sftp {
namespace {

constexpr std::uint32_t kOpenForReading = 1;
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kShownText = 200;
constexpr std::size_t kMostExtensions = 64;

[[noreturn]] void broken(const std::string& what) {
    throw RemoteError(RemoteError::Kind::broken, "the SFTP server's answer is broken: " + what);
}

class Writer {
public:
    Writer(Packet kind, std::uint32_t id) : bytes_(kLengthBytes, '\0') {
        bytes_ += static_cast<char>(kind);
        number(id);
    }
    Writer& number(std::uint32_t value) {
        for (int shift = 24; shift >= 0; shift -= 8) bytes_ += static_cast<char>(value >> static_cast<unsigned>(shift));
        return *this;
    }
    Writer& big_number(std::uint64_t value) {
        return number(static_cast<std::uint32_t>(value >> 32U)).number(static_cast<std::uint32_t>(value));
    }
    Writer& text(std::string_view value) {
        number(static_cast<std::uint32_t>(value.size()));
        bytes_ += value;
        return *this;
    }
    std::string whole() {
        const auto length = static_cast<std::uint32_t>(bytes_.size() - kLengthBytes);
        for (unsigned i = 0; i < kLengthBytes; ++i) bytes_[i] = static_cast<char>(length >> (24U - 8U * i));
        return std::move(bytes_);
    }

private:
    std::string bytes_;
};

class Fields {
public:
    explicit Fields(std::span<const std::byte> bytes) : rest_(bytes) {}
    std::uint32_t number() {
        const std::span<const std::byte> bytes = take(4);
        std::uint32_t value = 0;
        for (const std::byte b : bytes) value = (value << 8U) | std::to_integer<std::uint32_t>(b);
        return value;
    }
    std::uint64_t big_number() {
        const std::uint64_t high = number();
        return (high << 32U) | number();
    }
    std::span<const std::byte> bytes() { return take(number()); }
    std::string_view text() {
        const std::span<const std::byte> found = bytes();
        return {reinterpret_cast<const char*>(found.data()), found.size()};
    }
    bool empty() const { return rest_.empty(); }

private:
    std::span<const std::byte> take(std::size_t count) {
        if (count > rest_.size())
            broken("a field of " + std::to_string(count) + " bytes where " + std::to_string(rest_.size()) +
                   " are left");
        const std::span<const std::byte> taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    std::span<const std::byte> rest_;
};

void expect(const Answer& answer, Packet kind) {
    if (answer.kind != kind)
        broken("packet type " + std::to_string(static_cast<int>(answer.kind)) + " where " +
               std::to_string(static_cast<int>(kind)) + " was due");
}

RemoteEntry::Kind kind_of(std::uint32_t mode) {
    constexpr std::uint32_t kTypeMask = 0170000, kRegular = 0100000, kFolder = 0040000;
    if ((mode & kTypeMask) == kRegular) return RemoteEntry::Kind::file;
    return (mode & kTypeMask) == kFolder ? RemoteEntry::Kind::folder : RemoteEntry::Kind::other;
}

// Without a mode the server does not say what it is; then it is nothing to read.
RemoteEntry attributes(Fields& fields) {
    constexpr std::uint32_t kSize = 1, kOwner = 2, kMode = 4, kTimes = 8, kExtended = 0x80000000U;
    RemoteEntry entry;
    entry.kind = RemoteEntry::Kind::other;
    const std::uint32_t flags = fields.number();
    if ((flags & kSize) != 0) entry.bytes = fields.big_number();
    if ((flags & kOwner) != 0) fields.big_number();
    if ((flags & kMode) != 0) entry.kind = kind_of(fields.number());
    if ((flags & kTimes) != 0) {
        fields.number();  // of the last look
        entry.modified_s = fields.number();
    }
    if ((flags & kExtended) == 0) return entry;
    const std::uint32_t count = fields.number();
    if (count > kMostExtensions) broken(std::to_string(count) + " extended attributes");
    for (std::uint32_t i = 0; i < 2 * count; ++i) fields.bytes();
    return entry;
}

std::string checked_name(std::string_view name) {
    if (name.find('\0') != std::string_view::npos) broken("a NUL in the name '" + printable(name.substr(0, 80)) + "'");
    if (name.empty()) broken("an empty name");
    if (name.size() > kLongestRemoteName) broken("a name of " + std::to_string(name.size()) + " bytes");
    return std::string(name);
}

}  // namespace

std::string init_packet() { return Writer(Packet::init, kProtocolVersion).whole(); }

std::string path_packet(Packet kind, std::uint32_t id, std::string_view path) {
    Writer writer(kind, id);
    writer.text(path);
    if (kind == Packet::open) writer.number(kOpenForReading).number(0);  // no attributes
    return writer.whole();
}

std::string handle_packet(Packet kind, std::uint32_t id, std::string_view handle) {
    return Writer(kind, id).text(handle).whole();
}

std::string read_packet(std::uint32_t id, std::string_view handle, std::uint64_t offset, std::uint32_t bytes) {
    return Writer(Packet::read, id).text(handle).big_number(offset).number(bytes).whole();
}

Answer read_answer(std::span<const std::byte> packet) {
    Answer answer;
    if (packet.empty()) broken("an empty packet");
    answer.kind = static_cast<Packet>(packet[0]);
    Fields fields(packet.subspan(1));
    answer.id = fields.number();
    answer.body = packet.subspan(5);
    return answer;
}

Status read_status(const Answer& answer) {
    expect(answer, Packet::status);
    Fields fields(answer.body);
    Status status;
    status.code = fields.number();
    if (!fields.empty()) status.text = printable(fields.text().substr(0, kShownText));  // old servers say nothing
    return status;
}

std::string read_handle(const Answer& answer) {
    expect(answer, Packet::handle);
    const std::string_view handle = Fields(answer.body).text();
    if (handle.size() > kLargestHandle) broken("a handle of " + std::to_string(handle.size()) + " bytes");
    return std::string(handle);
}

std::span<const std::byte> read_data(const Answer& answer) {
    expect(answer, Packet::data);
    return Fields(answer.body).bytes();
}

RemoteEntry read_attributes(const Answer& answer) {
    expect(answer, Packet::attributes);
    Fields fields(answer.body);
    return attributes(fields);
}

void read_names(const Answer& answer, std::size_t entries, std::vector<RemoteEntry>& out) {
    expect(answer, Packet::name);
    Fields fields(answer.body);
    const std::uint32_t count = fields.number();
    if (count == 0) broken("a listing that goes on with nothing");
    for (std::uint32_t i = 0; i < count; ++i) {
        std::string name = checked_name(fields.text());
        fields.bytes();  // as `ls -l` would show it; not for programs
        RemoteEntry entry = attributes(fields);
        if (name == "." || name == "..") continue;
        entry.name = std::move(name);
        if (out.size() >= entries) broken("more than " + std::to_string(entries) + " entries in one folder");
        out.push_back(std::move(entry));
    }
}

std::span<std::byte> PacketCutter::room() {
    constexpr std::size_t kRoom = 128 * 1024;
    if (begin_ == end_) begin_ = end_ = 0;
    if (bytes_.size() - end_ < kRoom && begin_ > 0) {
        std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    // No larger than a packet and the room behind it: `next` refuses what would need more.
    if (bytes_.size() - end_ < kRoom) bytes_.resize(end_ + 2 * kRoom);
    return std::span(bytes_).subspan(end_);
}

std::optional<std::span<const std::byte>> PacketCutter::next() {
    if (end_ - begin_ < kLengthBytes) return std::nullopt;
    const std::span<const std::byte> held = std::span<const std::byte>(bytes_).subspan(begin_, end_ - begin_);
    const std::size_t length = Fields(held.first(kLengthBytes)).number();
    if (length > kLargestPacket || length < 5) broken("a packet of " + std::to_string(length) + " bytes");
    if (held.size() - kLengthBytes < length) return std::nullopt;
    begin_ += kLengthBytes + length;
    return held.subspan(kLengthBytes, length);
}

}  // namespace nightstack::io::sftp
