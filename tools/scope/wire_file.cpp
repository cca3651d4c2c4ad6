// SPDX-License-Identifier: MIT
#include "tools/scope/wire_file.h"

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "pipeline/core/error.h"
#include "pipeline/core/hex.h"
#include "pipeline/core/printable.h"
#include "tools/scope/masking.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::uintmax_t kMostBytes = 64ULL << 20;
constexpr std::size_t kLongestLine = 256 * 1024;
constexpr std::string_view kMark = "nightstack_wire";

std::string utc_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    const std::size_t n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text, n};
}

std::string hex_of(std::string_view bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

std::string bytes_of(const std::string& hex) {
    if (hex.size() % 2 != 0) throw FormatError("hex with half a byte");
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const auto byte = hex_byte(hex, i);
        if (!byte) throw FormatError("hex with another sign than 0-9 and a-f");
        out += *byte;
    }
    return out;
}

// JSON holds UTF-8 only; what is none goes as hex like binary frames do.
std::string line_of(double at_s, WireLine::Way way, std::string_view bytes, bool binary) {
    Json line = {{"t", std::round(at_s * 1000) / 1000}, {"way", name(way)}};
    if (!binary) {
        line["text"] = bytes;
        try {
            return line.dump();
        } catch (const Json::exception&) {
            line.erase("text");
            line["broken_text"] = true;
        }
    }
    line["hex"] = hex_of(bytes);
    return line.dump();
}

}  // namespace

std::string_view name(WireLine::Way way) {
    switch (way) {
        case WireLine::Way::sent: return "sent";
        case WireLine::Way::received: return "received";
        case WireLine::Way::note: break;
    }
    return "note";
}

struct WireWriter::State {
    std::mutex mutex;
    std::filesystem::path path;
    std::FILE* file = nullptr;
    bool mask = false;
    std::vector<std::string> words;
    int error = 0;
    Clock::time_point begin = Clock::now();

    void put(const std::string& line) {
        if (file == nullptr || error != 0) return;
        errno = 0;
        if (std::fputs(line.c_str(), file) < 0 || std::fputc('\n', file) == EOF || std::fflush(file) != 0)
            error = errno != 0 ? errno : EIO;
    }
};

WireWriter::WireWriter(const std::filesystem::path& path, bool mask, std::vector<std::string> words)
    : state_(std::make_unique<State>()) {
    if (std::filesystem::exists(path))
        throw OptionError("--record " + printable(path.string()) + ": the file exists; name a new one");
    state_->path = path;
    state_->mask = mask;
    state_->words = std::move(words);
    state_->file = std::fopen(path.c_str(), "wxe");
    if (state_->file == nullptr)
        throw IoError("cannot write " + printable(path.string()) + ": " + std::strerror(errno), errno);
    state_->put(Json({{kMark, kWireVersion}, {"program", kProgram}, {"started", utc_now()}, {"masked", mask}}).dump());
}

WireWriter::~WireWriter() {
    if (state_->file != nullptr) std::fclose(state_->file);
}

void WireWriter::add(WireLine::Way way, std::string_view bytes, bool binary) {
    const std::lock_guard lock(state_->mutex);
    const double at_s = std::chrono::duration<double>(Clock::now() - state_->begin).count();
    std::string kept(bytes);
    if (state_->mask && way == WireLine::Way::note) kept = masked_note(bytes, state_->words);
    if (state_->mask && way != WireLine::Way::note) {
        kept = binary ? "(masked: " + std::to_string(bytes.size()) + " bytes in binary)"
                      : masked_frame(bytes, state_->words);
        if (binary) way = WireLine::Way::note;
    }
    state_->put(line_of(at_s, way, kept, binary && !state_->mask));
}

void WireWriter::close() {
    const std::lock_guard lock(state_->mutex);
    if (state_->file != nullptr && std::fclose(state_->file) != 0 && state_->error == 0) state_->error = errno;
    state_->file = nullptr;
    if (state_->error != 0)
        throw IoError("cannot write " + printable(state_->path.string()) + ": " + std::strerror(state_->error),
                      state_->error);
}

namespace {

void read_head(const Json& head, WireFile& file) {
    if (!head.is_object() || !head.contains(kMark) || !head[kMark].is_number_integer())
        throw FormatError("this is no recording of nightstack scope");
    const auto version = head[kMark].get<std::int64_t>();
    if (version > kWireVersion)
        throw FormatError("the recording has version " + std::to_string(version) + ", this program reads up to " +
                          std::to_string(kWireVersion) + "; a newer nightstack can read it");
    if (version < 1) throw FormatError("a version " + std::to_string(version) + " never was");
    file.program = head.value("program", "");
    file.started = head.value("started", "");
    file.masked = head.value("masked", false);
}

WireLine read_line(const Json& json) {
    WireLine line;
    if (!json.is_object()) throw FormatError("an object is expected");
    line.at_s = json.at("t").get<double>();
    if (!(line.at_s >= 0 && line.at_s < 1e7)) throw FormatError("t is out of range");
    const auto way = json.at("way").get<std::string>();
    if (way == name(WireLine::Way::sent))
        line.way = WireLine::Way::sent;
    else if (way == name(WireLine::Way::received))
        line.way = WireLine::Way::received;
    else if (way != name(WireLine::Way::note))
        throw FormatError("way is sent, received or note, not " + printable(way));
    line.binary = !json.contains("text") && !json.value("broken_text", false);
    line.bytes = json.contains("text") ? json["text"].get<std::string>() : bytes_of(json.at("hex").get<std::string>());
    return line;
}

}  // namespace

WireFile read_wire_file(const std::filesystem::path& path) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    std::ifstream in(path);
    if (error || !in)
        throw IoError("cannot read " + printable(path.string()) + ": " + (error ? error.message() : "not readable"));
    if (size > kMostBytes) throw FormatError(printable(path.string()) + ": longer than 64 MiB, no recording of ours");
    WireFile file;
    int number = 0;
    for (std::string text; std::getline(in, text);) {
        ++number;
        try {
            if (text.size() > kLongestLine) throw FormatError("longer than 256 KiB");
            const Json json = Json::parse(text);
            if (number == 1)
                read_head(json, file);
            else
                file.lines.push_back(read_line(json));
        } catch (const std::exception& e) {
            throw FormatError(printable(path.string()) + ", line " + std::to_string(number) + ": " +
                              printable(std::string(e.what()).substr(0, 200)));
        }
    }
    if (number == 0) throw FormatError(printable(path.string()) + " is empty");
    return file;
}

}  // namespace nightstack::tools
