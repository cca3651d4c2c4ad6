// SPDX-License-Identifier: MIT
#include "tools/live/about_tree-inl.h"

#include <algorithm>
#include <array>
#include <utility>

#include "pipeline/core/error.h"
#include "tools/live/about_frames-inl.h"
#include "tools/live/json_fields-inl.h"

namespace nightstack::tools {
namespace {

// Without its frames: three meshes, stars and the files of masters at their longest have 17 million.
constexpr std::size_t kMostMembers = 64, kMostParts = 20'000'000, kMostUnknownParts = 100'000;
constexpr std::size_t kMostDepth = 8, kFrameDepth = 2;
constexpr std::size_t kPartsPerStopCheck = 4096;

// Of the whole. What is not among them is not kept.
constexpr const char* kMembers[] = {"format",   "reference", "camera",     "frame",       "demosaic", "canvas_scale",
                                    "canvas",   "transform", "white_adu",  "calibration", "history",  "how",
                                    "measured", "sky",       "open_block", "masters",     "frames"};

bool is_member(const std::string& key) {
    return std::any_of(std::begin(kMembers), std::end(kMembers), [&](const char* member) { return key == member; });
}

bool begins_number(char c) { return (c >= '0' && c <= '9') || c == '-'; }
bool goes_on_as_number(char c) { return begins_number(c) || c == '+' || c == '.' || c == 'e' || c == 'E'; }

// Behind the text or number that begins at `at`; as good as its end when there is none.
std::size_t word_end(std::string_view json, std::size_t at) {
    if (json[at] != '"') {
        while (at < json.size() && goes_on_as_number(json[at])) ++at;
        return at;
    }
    for (++at; at < json.size() && json[at] != '"'; ++at) {
        if (json[at] == '\\') ++at;
    }
    return at + 1;
}

// The parser copies every word, and keeps what it reads between two texts or numbers: both are held short before it
// begins. A text takes up to six bytes for one when it is escaped; between stand only the cells of a mesh that are
// null.
void check_words(std::string_view json) {
    constexpr std::size_t kMostWord = 6 * kMostLedgerText + 2, kMostBetween = 4U << 20;
    for (std::size_t at = 0; at < json.size();) {
        const std::size_t between = at;
        while (at < json.size() && json[at] != '"' && !begins_number(json[at])) ++at;
        require(at - between <= kMostBetween, "it has too much that is neither text nor number");
        if (at == json.size()) return;
        const std::size_t end = word_end(json, at);
        require(end - at <= kMostWord, "a text or number is too long");
        at = end;
    }
}

// What stays of a frame.
std::uint64_t bytes_of(const LedgerFrame& f) {
    constexpr std::uint64_t kLimitBytes = 160, kHashBytes = 112;
    std::uint64_t bytes = sizeof f;
    for (const std::string* text :
         {&f.file, &f.sha256, &f.judgement.text, &f.info.object, &f.info.camera, &f.info.telescope, &f.info.filter})
        bytes += text->size();
    return bytes + kLimitBytes * f.judgement.limits.size() + (f.recipe ? kHashBytes * f.recipe->masters.size() : 0);
}

// Builds the tree. A frame leaves it as soon as it is whole. Every part is counted: members are looked for one by one,
// and all that stays costs memory. (nlohmann's own parser with a callback looks through the whole list at the end of
// each of its objects.)
class TreeBuilder : public nlohmann::json_sax<Json> {
public:
    TreeBuilder(std::uint64_t text_bytes, std::uint64_t most_bytes, const std::stop_token& stop)
        : bytes_(text_bytes), most_bytes_(most_bytes), stop_(stop) {
        charge(0);
    }
    AboutTree take() { return {std::move(root_), std::move(frames_)}; }

    bool null() override { return leaf(nullptr); }
    bool boolean(bool value) override { return leaf(value); }
    bool number_integer(number_integer_t value) override { return leaf(value); }
    bool number_unsigned(number_unsigned_t value) override { return leaf(value); }
    bool number_float(number_float_t value, const string_t& /*text*/) override { return leaf(value); }
    bool string(string_t& value) override {
        charge(kTextBytes + value.size());
        return leaf(std::move(value));
    }
    bool binary(binary_t& /*value*/) override { return false; }  // JSON has none
    bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
    bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override {
        count();
        require(++members_[depth_] <= kMostMembers, "an object has too many members");
        if (depth_ == 1) {
            skipped_ = !is_member(value);
            in_frames_ = value == "frames";
        }
        if (skipped_) return true;
        charge(kMemberBytes + value.size());
        key_ = std::move(value);
        return true;
    }
    bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const Json::exception& /*what*/) override {
        return false;
    }

private:
    // A list that grows is there twice for a moment.
    static constexpr std::uint64_t kValueBytes = 3 * sizeof(Json), kTextBytes = 64, kListBytes = 64, kMemberBytes = 160;

    bool skips() const { return skipped_ && depth_ >= 1; }
    bool in_frame() const { return in_frames_ && depth_ >= kFrameDepth; }

    void charge(std::uint64_t bytes) {
        if (skips()) return;
        bytes_ += bytes;
        if (bytes_ > most_bytes_)
            throw OptionError("what it says about its frames needs more than the " + std::to_string(most_bytes_ >> 20) +
                              " MB that are left for it while it is read");
    }

    void count() {
        if (++seen_ % kPartsPerStopCheck == 0 && stop_.stop_requested()) throw Interrupted();
        if (skips()) {
            require(++unknown_parts_ <= kMostUnknownParts, "members that are not known have too many parts");
        } else if (in_frame()) {
            require(++parts_of_frame_ <= kMostPartsOfFrame, "a frame has too many parts");
        } else {
            require(++parts_ <= kMostParts, "it has too many parts");
        }
    }

    bool leaf(Json value) {
        count();
        if (skips()) return true;
        charge(kValueBytes);
        place(std::move(value));
        return true;
    }

    bool open(Json value) {
        require(depth_ <= kMostDepth, "it is nested too deeply");
        const bool frame = in_frames_ && depth_ == kFrameDepth && value.is_object();
        if (frame) {
            parts_of_frame_ = 0;
            bytes_before_frame_ = bytes_;
        }
        count();
        if (!skips()) {
            charge(kListBytes + kValueBytes);
            if (frame) frame_ = std::move(value);
            open_[depth_] = frame ? &frame_ : place(std::move(value));
        }
        members_[++depth_] = 0;
        return true;
    }

    bool close() {
        count();
        --depth_;
        if (!skips() && open_[depth_] == &frame_ && depth_ == kFrameDepth) take_frame();
        return true;
    }

    void take_frame() {
        open_[kFrameDepth] = nullptr;
        require(frames_.size() < kMostLedgerFrames, "'frames' is too long");
        frames_.push_back(parsed_frame(frame_));
        frame_ = nullptr;
        bytes_ = bytes_before_frame_;
        charge(2 * sizeof(LedgerFrame) + bytes_of(frames_.back()));
    }

    // Where it stays until its list grows, which it does not while it is open.
    Json* place(Json value) {
        if (depth_ == 0) return &(root_ = std::move(value));
        Json& parent = *open_[depth_ - 1];
        if (parent.is_object()) return &(parent[key_] = std::move(value));
        parent.push_back(std::move(value));
        return &parent.back();
    }

    Json root_, frame_;
    std::vector<LedgerFrame> frames_;
    std::string key_;  // of the value that comes next
    std::size_t depth_ = 0;
    std::array<Json*, kMostDepth + 1> open_{};
    std::array<std::size_t, kMostDepth + 2> members_{};
    std::size_t seen_ = 0, parts_ = 0, parts_of_frame_ = 0, unknown_parts_ = 0;
    std::uint64_t bytes_, bytes_before_frame_ = 0, most_bytes_;
    bool skipped_ = false, in_frames_ = false;
    const std::stop_token& stop_;
};

}  // namespace

AboutTree about_tree(std::string_view json, std::uint64_t most_bytes, const std::stop_token& stop) {
    check_words(json);
    TreeBuilder builder(json.size(), most_bytes, stop);
    require(Json::sax_parse(json, &builder), "it is no JSON");
    return builder.take();
}

}  // namespace nightstack::tools
