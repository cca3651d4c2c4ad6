// SPDX-License-Identifier: MIT
#include "tests/tools/fetch/twin_card.h"

#include <csignal>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/io/fetch/memory_card.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;

const std::string kSession = "DWARF_II/Astronomy/DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954";

}  // namespace

TwinCard::TwinCard(int frames, int width, int height) {
    const fs::path folder = world_ / "card" / kSession;
    fs::create_directories(folder);
    std::string bytes = io::test::fits_bytes(width, height, 5);
    for (int i = 0; i < frames; ++i) {
        bytes[bytes.size() / 2 + static_cast<std::size_t>(i)] ^= 1;  // no two alike
        std::ofstream(folder / ("000" + std::to_string(i) + ".fits"), std::ios::binary) << bytes;
        bytes_ += bytes.size();
    }
    sums_ = sums_of(world_ / "card");
}

TwinCard::~TwinCard() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    world_.wait(pid_, "sim");
}

void TwinCard::switch_on(const Words& before, const std::string& address) {
    address_ = address;
    CallOptions options;
    options.before = before;
    pid_ = world_.start({"sim", "--json", "--ports", "ws=0,http=0,version=0,control=0", "--card",
                         (world_ / "card").string(), "--bind", address},
                        "sim", options);
    const auto said = [&] {
        std::ifstream in(world_ / "sim.out");
        return std::string((std::istreambuf_iterator<char>(in)), {});
    };
    for (int i = 0; i < 10'000 && said().find('\n') == std::string::npos; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(3));
    if (said().empty()) throw std::runtime_error("the twin does not run");
    ready_ = nlohmann::json::parse(lines_of(said()).at(0));
}

void TwinCard::freeze() const { ::kill(pid_, SIGSTOP); }
void TwinCard::thaw() const { ::kill(pid_, SIGCONT); }

Words TwinCard::fetch_words(const std::string& protocol, const fs::path& to, const Words& more) const {
    const std::string service = protocol == "http" ? "file" : protocol;
    Words words{"fetch",
                "--host",
                address_,
                "--protocol",
                protocol,
                "--port",
                std::to_string(static_cast<int>(ready_["ports"][service])),
                "--to",
                to.string(),
                "--json",
                "--reserve",
                "0"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

std::map<std::string, std::string> sums_of(const fs::path& folder) {
    std::map<std::string, std::string> sums;
    if (!fs::exists(folder)) return sums;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().lexically_relative(folder).string();
        if (entry.is_regular_file() && name != ".nightstack-mirror") sums[name] = sha256_of(entry.path());
    }
    return sums;
}

std::uint64_t bytes_below(const fs::path& folder) {
    std::uint64_t bytes = 0;
    std::error_code error;  // files are renamed meanwhile
    for (fs::recursive_directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
        const std::uint64_t size = i->is_regular_file(error) ? i->file_size(error) : 0;
        if (!error) bytes += size;
    }
    return bytes;
}

nlohmann::json last_event(const Finished& done, const std::string& kind) {
    nlohmann::json found;
    for (const std::string& line : lines_of(done.out))
        if (nlohmann::json event = nlohmann::json::parse(line); event["event"] == kind) found = std::move(event);
    return found;
}

}  // namespace nightstack::test
