// SPDX-License-Identifier: MIT
#include "siril.h"

#include <unistd.h>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace nightstack {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBlock = 2880;
constexpr float kFullScale = 65535;  // Siril's floats run from 0 to 1

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (fs::temp_directory_path() / "nightstack-siril-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder: " + pattern);
        path = pattern;
    }
    ~TemporaryFolder() { fs::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    fs::path path;
};

// Runs a shell command, returns its output; `status` is that of std::system.
std::string run(const std::string& command, int& status) {
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run: " + command);
    std::string text;
    char buffer[512];
    while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
    status = pclose(pipe);
    return text;
}

void append_float(std::string& bytes, float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift & 0xFF);
}

float float_at(const std::string& bytes, std::size_t offset) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) bits = bits << 8 | static_cast<unsigned char>(bytes.at(offset + k));
    return std::bit_cast<float>(bits);
}

void write_fits(const fs::path& file, ImageView<const float> image, CfaPattern pattern) {
    std::string bytes;
    const auto card = [&](std::string text) {
        text.resize(80, ' ');
        bytes += text;
    };
    card("SIMPLE  =                    T");
    card("BITPIX  =                  -32");
    card("NAXIS   =                    2");
    card("NAXIS1  = " + std::to_string(image.width()));
    card("NAXIS2  = " + std::to_string(image.height()));
    card("BAYERPAT= '" + std::string(name(pattern)) + "    '");
    card("ROWORDER= 'TOP-DOWN'");
    card("END");
    bytes.resize((bytes.size() + kBlock - 1) / kBlock * kBlock, ' ');
    for (int y = 0; y < image.height(); ++y) {
        for (const float v : image.row(y)) append_float(bytes, v / kFullScale);
    }
    bytes.resize((bytes.size() + kBlock - 1) / kBlock * kBlock, '\0');
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Three float planes of known size, as Siril writes them.
Rgb read_fits(const fs::path& file, int width, int height, const std::string& log) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::size_t end = 0;
    while (end < bytes.size() && bytes.compare(end, 8, "END     ") != 0) end += 80;
    const bool is_float = bytes.find("BITPIX  =                  -32") < end;
    const bool is_colour = bytes.find("NAXIS3  =                    3") < end;
    if (!is_float || !is_colour) throw std::runtime_error("siril wrote no colour picture of floats:\n" + log);
    std::size_t offset = (end / kBlock + 1) * kBlock;
    Rgb out = make_rgb(width, height);
    for (Image<float>& plane : out) {
        for (int y = 0; y < height; ++y) {
            for (float& v : plane.view().row(y)) {
                v = float_at(bytes, offset) * kFullScale;
                offset += 4;
            }
        }
    }
    return out;
}

}  // namespace

bool siril_is_installed() {
    int status = 0;
    run("command -v siril-cli", status);
    return status == 0;
}

Rgb siril_debayered(ImageView<const float> mosaic, CfaPattern pattern) {
    const TemporaryFolder folder;
    // Two frames: Siril works on sequences, and one frame is none.
    write_fits(folder.path / "m_00001.fit", mosaic, pattern);
    write_fits(folder.path / "m_00002.fit", mosaic, pattern);
    const fs::path script = folder.path / "debayer.ssf";
    std::ofstream(script) << "requires 1.0.0\nsetext fit\nset32bits\npreprocess m_ -debayer\nclose\n";
    const std::string at = folder.path.string();
    int status = 0;
    const std::string log = run("XDG_CONFIG_HOME='" + at + "' XDG_DATA_HOME='" + at + "' siril-cli -d '" + at +
                                    "' -s '" + script.string() + "'",
                                status);
    if (status != 0) throw std::runtime_error("siril-cli failed:\n" + log);
    return read_fits(folder.path / "pp_m_00001.fit", mosaic.width(), mosaic.height(), log);
}

}  // namespace nightstack
