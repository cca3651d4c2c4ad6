// SPDX-License-Identifier: MIT
#include "tools/session/input_frame.h"

#include <array>
#include <cstring>

#include "io/files/file.h"
#include "io/files/sha256.h"
#include "io/fits/fits_error.h"
#include "io/fits/frame_info.h"
#include "io/fits/reader.h"
#include "io/image_files/tiff.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

bool is_tiff(const std::filesystem::path& path) {
    const io::File file(path);
    std::array<std::byte, 4> magic{};
    if (file.size() < magic.size()) return false;
    file.read_at(magic, 0);
    return std::memcmp(magic.data(), "II*\0", 4) == 0 || std::memcmp(magic.data(), "MM\0*", 4) == 0;
}

Judgement failed(Reason reason, const std::string& text) { return {Verdict::failed, reason, text, {}}; }

void open_one(InputFrame& frame, const std::string& pattern, const std::stop_token& stop) {
    try {
        frame.file = open_frame(frame.path, pattern);
        frame.info = frame.file->info();
        const auto* fits = dynamic_cast<const io::FitsFrame*>(frame.file.get());
        if (frame.role == "light" && fits != nullptr && io::is_own_product(fits->file().header())) {
            frame.own_result = true;
            frame.settled = failed(Reason::header, frame.shown + ": a result of this program, not a light");
        }
    } catch (const io::FitsError& e) {
        frame.settled = failed(io::reason_of(e.fault()), e.what());
    } catch (const FormatError& e) {
        frame.settled = failed(Reason::header, e.what());
    } catch (const IoError& e) {
        frame.settled = failed(Reason::io, e.what());
    }
    try {
        frame.bytes = std::filesystem::file_size(frame.path);
        frame.sha256 = io::sha256_of_file(frame.path, stop);
    } catch (const Interrupted&) {
        throw;
    } catch (const std::exception& e) {
        if (!frame.settled) frame.settled = failed(Reason::io, e.what());
        frame.file.reset();
    }
}

}  // namespace

std::unique_ptr<io::FrameFile> open_frame(const std::filesystem::path& path, const std::string& pattern) {
    if (!is_tiff(path)) return io::open_fits(path);
    return io::open_tiff(path, {parse_cfa_pattern(pattern)});
}

std::optional<io::HeaderSummary> header_summary(const std::filesystem::path& path) {
    try {
        const io::FitsFile file(path);
        return io::HeaderSummary{io::frame_info(file.header()),
                                 io::is_own_product(file.header()) || io::stack_count(file.header()) > 1};
    } catch (const Error&) {
        return std::nullopt;  // it will fail by name when it is opened
    }
}

std::vector<InputFrame> open_inputs(const std::vector<std::filesystem::path>& paths, const std::string& role,
                                    const std::string& pattern, Runner& runner, const std::stop_token& stop) {
    std::vector<InputFrame> frames(paths.size());
    runner.run(static_cast<int>(paths.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            if (stop.stop_requested()) throw Interrupted();
            InputFrame& frame = frames[static_cast<std::size_t>(i)];
            frame.path = paths[static_cast<std::size_t>(i)];
            frame.shown = io::printable(frame.path.string());
            frame.role = role;
            open_one(frame, pattern, stop);
        }
    });
    return frames;
}

}  // namespace nightstack::tools
