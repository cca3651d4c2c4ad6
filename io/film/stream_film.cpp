// SPDX-License-Identifier: MIT
#include <algorithm>
#include <deque>
#include <string_view>

#include "io/files/file.h"
#include "io/film/avi_walk.h"
#include "io/film/film.h"
#include "io/mjpeg/part_splitter.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kPiece = 256 * 1024;  // read at a time
constexpr std::size_t kHead = 4096;         // in which a stream shows what it is

// What the server announced, told from the recording: the first line that is a boundary. "" for pictures one behind the
// other. Throws FormatError when it is neither.
std::string content_type(std::string_view head) {
    const std::size_t picture = head.find("\xFF\xD8\xFF");
    for (std::size_t line = 0; line < std::min(picture, head.size());) {
        const std::size_t end = std::min(head.find('\n', line), head.size());
        std::string_view text = head.substr(line, end - line);
        while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
        if (text.size() > 2 && text.starts_with("--") && text.size() <= 80)
            return "multipart/x-mixed-replace; boundary=\"" + std::string(text.substr(2)) + "\"";
        line = end + 1;
    }
    if (picture != 0) throw FormatError("no film: neither AVI nor multipart, and no JPEG at its begin");
    return "";
}

class StreamFilm final : public Film {
public:
    explicit StreamFilm(const std::filesystem::path& path)
        : file_(path),
          splitter_(
              content_type(head()), [this](Bytes jpeg) { ready_.emplace_back(jpeg.begin(), jpeg.end()); },
              SplitLimits{.part = kMostPictureBytes}) {}
    bool next(std::vector<std::byte>& jpeg) override {
        while (ready_.empty() && !ended_) read_on();
        jpeg.clear();
        if (ready_.empty()) return false;
        jpeg = std::move(ready_.front());
        ready_.pop_front();
        return true;
    }
    std::uint64_t position() const override { return at_; }
    std::uint64_t size() const override { return file_.size(); }
    // Where nothing lies between two boundaries nothing was lost.
    std::uint64_t dropped_parts() const override {
        const SplitCounts& counts = splitter_.counts();
        return counts.all_dropped() - counts.dropped_for(PartDrop::empty) - counts.dropped_for(PartDrop::no_body);
    }
    std::string kind() const override { return "JPEG stream"; }

private:
    std::string head() const {
        std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(kHead, file_.size())), '\0');
        file_.read_at(std::as_writable_bytes(std::span(bytes)), 0);
        return bytes;
    }
    void read_on() {
        const std::uint64_t left = file_.size() - at_;
        if (left == 0) {
            ended_ = true;
            splitter_.end();
            return;
        }
        const std::span<std::byte> into =
            splitter_.prepare(static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, left)));
        const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left));
        file_.read_at(into.first(count), at_);
        at_ += count;
        splitter_.commit(count);
    }
    File file_;
    std::deque<std::vector<std::byte>> ready_;
    PartSplitter splitter_;
    std::uint64_t at_ = 0;
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<Film> open_stream_film(const std::filesystem::path& file) { return std::make_unique<StreamFilm>(file); }

}  // namespace nightstack::io
