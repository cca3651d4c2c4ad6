// SPDX-License-Identifier: MIT
#include "tests/tools/report_page/html_check.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace nightstack::test {
namespace {

const std::set<std::string> kVoid = {"meta", "img", "br", "link", "path", "circle"};

class Checker {
public:
    explicit Checker(const std::string& page) : page_(page) {}

    CheckedHtml run() {
        const std::string doctype = "<!DOCTYPE html>\n";
        if (page_.rfind(doctype, 0) != 0) problem("no doctype");
        at_ = doctype.size();
        while (at_ < page_.size()) page_[at_] == '<' ? tag() : text();
        if (!open_.empty()) problem("not closed: " + open_.back());
        for (const std::string& id : named_) {
            if (ids_.count(id) == 0) problem("aria-labelledby names no element: " + id);
        }
        return out_;
    }

private:
    void problem(const std::string& what) {
        if (out_.problems.size() < 20)
            out_.problems.push_back(what + " near '" + page_.substr(at_ < 40 ? 0 : at_ - 40, 100) + "'");
    }
    void entities(const std::string& part) {
        for (std::size_t i = part.find('&'); i != std::string::npos; i = part.find('&', i + 1)) {
            const std::string rest = part.substr(i, 6);
            const bool known = rest.rfind("&amp;", 0) == 0 || rest.rfind("&lt;", 0) == 0 ||
                               rest.rfind("&gt;", 0) == 0 || rest.rfind("&quot;", 0) == 0 ||
                               rest.rfind("&#39;", 0) == 0;
            if (!known) problem("a raw & in '" + part.substr(i, 20) + "'");
        }
        for (const char c : part) {
            const auto byte = static_cast<unsigned char>(c);
            if ((byte < 0x20 && c != '\n') || byte == 0x7F) problem("a control character");
        }
    }
    void text() {
        const std::size_t end = std::min(page_.find('<', at_), page_.size());
        const std::string part = page_.substr(at_, end - at_);
        at_ = end;
        if (!open_.empty() && open_.back() == "style") return;  // CSS: has > of its own
        if (part.find('>') != std::string::npos) problem("a raw >");
        entities(part);
        out_.text += part;
    }
    std::string name() {
        std::string out;
        while (at_ < page_.size() && (std::isalnum(static_cast<unsigned char>(page_[at_])) != 0 || page_[at_] == '-'))
            out += page_[at_++];
        return out;
    }
    void attribute() {
        const std::string key = name();
        if (key.empty()) {
            problem("no attribute");
            at_ = page_.size();
            return;
        }
        out_.attributes.insert(key);
        if (page_[at_] != '=') return;
        if (page_[++at_] != '"') return problem("a value without quotes");
        const std::size_t end = page_.find('"', at_ + 1);
        if (end == std::string::npos) {
            problem("a value without an end");
            at_ = page_.size();
            return;
        }
        const std::string value = page_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        entities(value);
        if (value.find_first_of("<>") != std::string::npos) problem("a raw < or > in a value");
        if (key == "src" || key == "href") out_.addresses.insert(value.substr(0, 60));
        if (key == "id" && !ids_.insert(value).second) problem("an id twice: " + value);
        std::istringstream words(key == "aria-labelledby" ? value : "");
        for (std::string id; words >> id;) named_.push_back(id);
    }
    void tag() {
        ++at_;
        const bool closing = at_ < page_.size() && page_[at_] == '/';
        if (closing) ++at_;
        const std::string element = name();
        if (element.empty()) return problem("a raw <");
        out_.tags.insert(element);
        while (at_ < page_.size() && page_[at_] == ' ') {
            ++at_;
            attribute();
        }
        const bool empty = at_ < page_.size() && page_[at_] == '/';
        if (empty) ++at_;
        if (at_ >= page_.size() || page_[at_] != '>') return problem("a tag without an end: " + element);
        ++at_;
        if (closing) {
            if (open_.empty() || open_.back() != element) return problem("closes what is not open: " + element);
            open_.pop_back();
        } else if (kVoid.count(element) == 0 && !empty) {
            open_.push_back(element);
        }
    }

    const std::string& page_;
    std::size_t at_ = 0;
    std::vector<std::string> open_;
    std::set<std::string> ids_;
    std::vector<std::string> named_;
    CheckedHtml out_;
};

}  // namespace

CheckedHtml check_html(const std::string& page) { return Checker(page).run(); }

}  // namespace nightstack::test
