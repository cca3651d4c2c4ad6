// SPDX-License-Identifier: MIT
// Fuzz entry for .nst files. Checksums keep random bytes away from what lies behind them, so parts of a right file are
// changed and summed anew. Whatever is loaded must then bear all that a stack does. Replayed by fuzz_replay_test; for
// real fuzzing, with clang (configure as tests/io/fits/fuzz_fits.cpp says):
//
//   cmake --build build/fuzz --target fuzz_nst
//   build/fuzz/tests/tools/live/fuzz_nst -max_total_time=60 -max_len=4000
#include "tests/tools/live/fuzz_nst.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "io/chunks/chunk_reader.h"
#include "io/chunks/packed_chunk.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/live_replay.h"
#include "tests/tools/live/made_states.h"
#include "tools/session/state_frames.h"
#include "tools/session/state_ledger.h"

namespace nightstack::tools {
namespace {

using Bytes = std::vector<std::byte>;

constexpr io::ChunkFormat kFormat{{'\x8B', 'N', 'S', 'T', '\r', '\n', '\x1A', '\n'}, 3, "a live stack (.nst)"};
constexpr io::ChunkKind kKinds[] = {{'S', 'T', 'A', 'T'}, {'A', 'B', 'O', 'U'}, {'T', 'I', 'L', 'E'}};

// A file that lives in memory, under a name.
class MemoryFile {
public:
    explicit MemoryFile(const Bytes& bytes) : fd_(::memfd_create("fuzz.nst", MFD_CLOEXEC)) {
        if (fd_ < 0 || ::write(fd_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
    }
    ~MemoryFile() { ::close(fd_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

private:
    int fd_;
};

// The three parts of a small file, unpacked.
std::vector<Bytes> right_parts() {
    const std::string name = "/tmp/nightstack-fuzz-" + std::to_string(::getpid()) + ".nst";
    saved(name, small_state());
    std::vector<Bytes> parts;
    {
        io::ChunkReader file(name, kFormat);
        for (const auto& kind : kKinds) parts.push_back(file.next_bytes(kind, 1 << 24));
    }
    ::unlink(name.c_str());
    return parts;
}

Bytes file_of(const std::vector<Bytes>& parts) {
    Bytes out(io::kChunkHeaderBytes);
    std::uint32_t position = 0;
    for (const Bytes& part : parts) {
        io::PackedChunk chunk = io::packed(kKinds[position], part);
        chunk.header.position = position++;
        const io::HeaderBytes header = io::encoded(chunk.header);
        out.insert(out.end(), header.begin(), header.end());
        out.insert(out.end(), chunk.bytes.begin(), chunk.bytes.end());
    }
    const io::HeaderBytes header = io::encoded(io::FileHeader{position, out.size()}, kFormat);
    std::copy(header.begin(), header.end(), out.begin());
    return out;
}

// Pairs of a place (two bytes, spread over the part) and a value.
Bytes changed(Bytes part, const std::uint8_t* data, std::size_t size) {
    for (; size >= 4; data += 4, size -= 4) {
        const std::size_t place = data[0] + 256U * data[1] + 65536U * data[2];
        part[place % part.size()] = static_cast<std::byte>(data[3]);
    }
    return part;
}

// The same with digits for digits: JSON stays JSON, its numbers become others.
Bytes digits_changed(Bytes part, const std::uint8_t* data, std::size_t size) {
    const auto is_digit = [](std::byte b) { return b >= std::byte{'0'} && b <= std::byte{'9'}; };
    for (; size >= 4; data += 4, size -= 4) {
        const std::size_t place = (data[0] + 256U * data[1] + 65536U * data[2]) % part.size();
        const auto digit = std::find_if(part.begin() + static_cast<std::ptrdiff_t>(place), part.end(), is_digit);
        if (digit != part.end()) *digit = static_cast<std::byte>('0' + data[3] % 10);
    }
    return part;
}

Bytes as_bytes(const std::uint8_t* data, std::size_t size) {
    const auto* begin = reinterpret_cast<const std::byte*>(data);
    return {begin, begin + size};
}

Bytes file_from(const std::uint8_t* data, std::size_t size) {
    static const std::vector<Bytes> right = right_parts();
    const unsigned how = data[0] % 6U;
    const std::uint8_t* rest = data + 1;
    const std::size_t n = size - 1;
    if (how == 0) return as_bytes(rest, n);
    std::vector<Bytes> parts = right;
    if (how <= 3) parts[how - 1] = changed(parts[how - 1], rest, n);
    if (how == 4) parts[1] = as_bytes(rest, n);
    if (how == 5) parts[1] = digits_changed(parts[1], rest, n);
    return file_of(parts);
}

// Its frames once more, from files of which every pixel is the same: where each lies, and samples of one tile of it.
void replay(const LiveState& state) {
    SerialRunner serial;
    LiveReplay again(replay_options(state.ledger));
    LiveStack stack(state.stack.options());
    for (const LedgerFrame& f : state.ledger.frames) {
        if (!f.recipe) continue;
        Light light;
        light.format = state.ledger.format;
        light.format.width = f.recipe->width;
        light.format.height = f.recipe->height;
        light.read = [](ImageView<float> out, Rect, int) {
            for (int y = 0; y < out.height(); ++y) std::fill(out.row(y).begin(), out.row(y).end(), 1000.0F);
        };
        const LightReport report = replayed_report(f);
        again.outline(report, light.format);
        LiveFrame frame = again.frame(light, report);
        frame.footprint = intersected(frame.footprint, {frame.footprint.x, frame.footprint.y, 8, 8});
        stack.add(frame, serial);
    }
    again.rethrow_grave();
}

// The night told again, and as the grid of another one.
void tell(const LiveState& state) {
    told_run(state.ledger, state.stack);
    try {
        grid_of(state.ledger, state.stack.options());
    } catch (const OptionError&) {  // nothing can be laid on it
    }
}

// What a stack does, with whatever was let in.
void use(LiveState state) {
    tell(state);
    replay(state);
    SerialRunner serial;
    state.stack.snapshot(serial);
    LiveStack twice(state.stack.options());
    state.stack.close_block(serial);
    twice.merge(state.stack);
    twice.take_out(state.stack);
    summary_text({state.stack.options(), state.stack.closed_frames(), 0, state.stack.extent(), 0, 0, state.ledger});
    about(state);
}

}  // namespace
}  // namespace nightstack::tools

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nightstack::tools;
    if (size == 0) return 0;
    const MemoryFile file(file_from(data, size));
    nightstack::SerialRunner serial;
    try {
        use(load_state(file.path(), std::uint64_t{16} << 20, serial));
    } catch (const nightstack::FormatError& e) {
        const std::string words = e.what();
        if (words.find('\n') != std::string::npos || words.size() > 600) std::abort();
    } catch (const nightstack::OptionError&) {  // more memory than it may have
    }
    return 0;
}
