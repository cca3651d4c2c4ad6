// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::dwarf {
namespace {

using Json = nlohmann::json;

std::string json_text(const std::string& text) {
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string shown(std::string_view name) { return "\"" + printable(name.substr(0, 40)) + "\""; }

// Takes the events of a SAX parse: values of the outer object become items, nested ones are written
// out again as text. Nothing recursive, so depth costs a counter and not a stack.
class Reader : public nlohmann::json_sax<Json> {
public:
    explicit Reader(bool plain_object = false) : plain_object_(plain_object) {}

    bool null() override { return take(RawJson{"null"}, "null"); }
    bool boolean(bool value) override { return take(value, value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return take(std::int64_t{value}, std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max()))
            throw FormatError("message: " + shown(name_) + " is " + std::to_string(value) +
                              ", beyond 64 bits with sign");
        return take(static_cast<std::int64_t>(value), std::to_string(value));
    }
    bool number_float(number_float_t value, const string_t& text) override {
        if (!std::isfinite(value)) throw FormatError("message: " + shown(name_) + " is not a finite number");
        return take(value, text);
    }
    bool string(string_t& value) override {
        if (depth_ <= 1) return take(Value(std::move(value)), "");
        return take(Value(std::string()), json_text(value));
    }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open('{'); }
    bool end_object() override { return close('}'); }
    bool start_array(std::size_t) override { return open('['); }
    bool end_array() override { return close(']'); }

    bool key(string_t& name) override {
        if (depth_ > 1) {
            separate();
            raw_ += json_text(name) + ":";
            after_key_ = true;
            return true;
        }
        name_ = name;
        if (!names_.insert(name_).second) throw FormatError("message: " + shown(name_) + " stands there twice");
        return true;
    }

    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& problem) override {
        // 406: a number beyond double; the rest is grammar or UTF-8.
        if (problem.id == 406)
            throw FormatError("message: a number at byte " + std::to_string(position) + " is too large");
        throw FormatError("message: not JSON at byte " + std::to_string(position));
    }

    Message finished() {
        if (!interface_) throw FormatError("message: no integer \"interface\"");
        return Message(*interface_, std::move(items_));
    }

    std::vector<Item> items() { return std::move(items_); }

private:
    bool open(char bracket) {
        if (++depth_ > kMaxDepth) throw FormatError("message: deeper than " + std::to_string(kMaxDepth) + " levels");
        if (depth_ == 1) {
            if (bracket != '{') throw FormatError("message: an array, an object expected");
            return true;
        }
        count();
        separate();
        raw_ += bracket;
        fresh_ = true;
        return true;
    }

    bool close(char bracket) {
        --depth_;
        if (depth_ == 0) return true;
        raw_ += bracket;
        fresh_ = false;
        if (depth_ == 1) put(RawJson{std::move(raw_)});
        if (depth_ == 1) raw_.clear();
        return true;
    }

    bool take(Value value, const std::string& text) {
        if (depth_ == 0) throw FormatError("message: a bare value, an object expected");
        count();
        if (depth_ == 1) {
            put(std::move(value));
        } else {
            separate();
            raw_ += text;
            fresh_ = false;
        }
        return true;
    }

    void put(Value value) {
        if (plain_object_ || name_ != "interface") {
            items_.push_back({name_, std::move(value)});
            return;
        }
        Message one(0);
        const auto number = one.set("interface", std::move(value)).integer("interface");
        if (!number || *number < 0 || *number > 999'999)
            throw FormatError("message: \"interface\" is no integer from 0 to 999999");
        interface_ = static_cast<int>(*number);
    }

    void separate() {
        if (!after_key_ && !fresh_ && !raw_.empty()) raw_ += ',';
        after_key_ = false;
        fresh_ = false;
    }

    void count() {
        if (++values_ > kMaxValues) throw FormatError("message: more than " + std::to_string(kMaxValues) + " values");
    }

    bool plain_object_;  // `interface` is a name like any other
    std::vector<Item> items_;
    std::unordered_set<std::string> names_;  // of the outer object so far
    std::optional<int> interface_;
    std::string name_;  // of the value that comes next, outer object
    std::string raw_;   // the nested value being written out
    int depth_ = 0;
    std::size_t values_ = 0;
    bool fresh_ = false;      // just after an opening bracket
    bool after_key_ = false;  // a value follows its name
};

std::string text_of(const Value& value) {
    if (const auto* raw = std::get_if<RawJson>(&value)) return raw->text;
    if (const auto* text = std::get_if<std::string>(&value)) return json_text(*text);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    return Json(std::get<double>(value)).dump();
}

void read(std::string_view bytes, Reader& reader) {
    if (bytes.size() > kMaxMessageBytes)
        throw FormatError("message: " + std::to_string(bytes.size()) + " bytes, at most " +
                          std::to_string(kMaxMessageBytes) + " expected");
    if (!Json::sax_parse(bytes.begin(), bytes.end(), &reader)) throw FormatError("message: not JSON");
}

}  // namespace

Message decode(std::string_view bytes) {
    Reader reader;
    read(bytes, reader);
    return reader.finished();
}

std::vector<Item> decode_object(std::string_view bytes) {
    Reader reader(true);
    read(bytes, reader);
    return reader.items();
}

std::string encode(const Message& message) {
    std::string out = "{\"interface\":" + std::to_string(message.interface());
    for (const Item& item : message.items()) out += "," + json_text(item.name) + ":" + text_of(item.value);
    return out + "}";
}

}  // namespace nightstack::device::dwarf
