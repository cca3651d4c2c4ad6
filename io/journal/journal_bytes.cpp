// SPDX-License-Identifier: MIT
#include "io/journal/journal_bytes.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "io/chunks/byte_order.h"
#include "io/files/crc32c.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kSummed = kRecordHeaderBytes - sizeof(std::uint32_t);

struct Header {
    std::size_t length = 0;
    std::uint32_t crc = 0;
    std::uint64_t number = 0;
    std::uint64_t safe = 0;
};

std::uint32_t placed_crc(const RecordPlace& place, std::span<const std::byte> bytes) {
    ByteWriter writer;
    writer.put(place.salt);
    writer.put(place.offset);
    return crc32c(bytes, crc32c(writer.bytes()));
}

std::optional<Header> header_at(const RecordPlace& place, std::span<const std::byte> bytes) {
    if (bytes.size() < kRecordHeaderBytes) return std::nullopt;
    ByteReader reader(bytes);
    Header h;
    h.length = reader.next<std::uint32_t>();
    // The cheap questions first: damage is searched byte by byte.
    if (h.length > kMostRecordText || h.length > bytes.size() - kRecordHeaderBytes) return std::nullopt;
    h.crc = reader.next<std::uint32_t>();
    h.number = reader.next<std::uint64_t>();
    h.safe = reader.next<std::uint64_t>();
    if (h.number == 0 || h.number > kMostRecordNumber || h.safe >= h.number || reader.next<std::uint32_t>() != 0)
        return std::nullopt;
    if (reader.next<std::uint32_t>() != placed_crc(place, bytes.first(kSummed))) return std::nullopt;
    return h;
}

struct Found {
    std::size_t begin = 0, end = 0;
    std::uint64_t safe = 0;
    JournalRecord record;
};

// Walks over whole records; what is none is passed over.
class Walk {
public:
    Walk(std::uint64_t salt, std::span<const std::byte> bytes)
        : salt_(salt), bytes_(bytes), patience_(kPatience * bytes.size()) {}

    // The next one whose number is above the last one's.
    std::optional<Found> next() {
        for (; at_ + kRecordHeaderBytes <= bytes_.size() && patience_ > 0; ++at_) {
            const RecordPlace place{salt_, at_};
            const std::optional<Header> h = header_at(place, bytes_.subspan(at_));
            if (!h || h->number <= last_) continue;
            const std::span<const std::byte> text = bytes_.subspan(at_ + kRecordHeaderBytes, h->length);
            if (placed_crc(place, text) != h->crc) {
                patience_ -= std::min(patience_, h->length);
                continue;
            }
            Found found{at_, at_ + kRecordHeaderBytes + h->length, h->safe, {h->number, {}}};
            found.record.text.assign(reinterpret_cast<const char*>(text.data()), text.size());
            last_ = h->number;
            at_ = found.end;
            return found;
        }
        return std::nullopt;
    }

private:
    // Bytes whose sum may be wrong, in lengths of the file: somebody could write headers that all promise much.
    static constexpr std::size_t kPatience = 16;
    std::uint64_t salt_;
    std::span<const std::byte> bytes_;
    std::size_t patience_;
    std::size_t at_ = 0;
    std::uint64_t last_ = 0;
};

}  // namespace

std::vector<std::byte> encoded_record(const RecordPlace& place, std::uint64_t number, std::uint64_t safe,
                                      std::string_view text) {
    if (text.size() > kMostRecordText)
        throw OptionError("a journal's record has at most " + std::to_string(kMostRecordText) + " bytes, this one " +
                          std::to_string(text.size()));
    if (number > kMostRecordNumber)
        throw OptionError("a journal has at most " + std::to_string(kMostRecordNumber) + " records");
    const std::span<const std::byte> bytes = std::as_bytes(std::span(text));
    ByteWriter writer;
    writer.reserve(kRecordHeaderBytes + text.size());
    writer.put(static_cast<std::uint32_t>(text.size()));
    writer.put(placed_crc(place, bytes));
    writer.put(number);
    writer.put(safe);
    writer.put(std::uint32_t{0});
    writer.put(placed_crc(place, writer.bytes()));
    std::vector<std::byte> out = writer.take();
    out.insert(out.end(), bytes.begin(), bytes.end());
    return out;
}

JournalContent read_records(std::uint64_t salt, std::span<const std::byte> bytes) {
    JournalContent out;
    std::uint64_t last = 0, safe = 0;
    std::deque<Found> waiting;                                   // behind a gap that nobody has called safe yet
    std::deque<std::pair<std::uint64_t, std::uint64_t>> unsafe;  // numbers and ends of those that nobody calls safe
    const auto counts = [&](const Found& f) {
        return f.record.number - 1 <= safe || (f.record.number == last + 1 && f.begin == out.end);
    };
    Walk walk(salt, bytes);
    while (std::optional<Found> found = walk.next()) {
        safe = std::max(safe, found->safe);
        waiting.push_back(std::move(*found));
        for (; !waiting.empty() && counts(waiting.front()); waiting.pop_front()) {
            Found& f = waiting.front();
            out.damaged += f.begin - out.end;
            out.lost += f.record.number - 1 - last;
            last = f.record.number;
            out.end = f.end;
            unsafe.emplace_back(last, out.end);
            out.records.push_back(std::move(f.record));
        }
        for (; !unsafe.empty() && unsafe.front().first <= safe; unsafe.pop_front())
            out.safe_end = unsafe.front().second;
    }
    out.torn = bytes.size() - out.end;
    out.torn_whole = waiting.size();
    return out;
}

}  // namespace nightstack::io
