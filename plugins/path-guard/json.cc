#include "json.h"

#include <cstdint>

namespace {

constexpr int kMaxDepth = 32;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::string read(Json& out) {
    value(out, 0);
    skip_space();
    if (error_.empty() && at_ < text_.size()) fail("nothing but one value");
    return error_;
  }

 private:
  bool fail(const char* expected) {
    if (error_.empty()) error_ = std::string("not JSON: ") + expected + " expected at byte " + std::to_string(at_ + 1);
    return false;
  }

  int peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }

  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') at_++;
  }

  bool take(char c) {
    skip_space();
    if (peek() != c) return false;
    at_++;
    return true;
  }

  bool value(Json& out, int depth) {
    if (depth > kMaxDepth) return fail("less nesting");
    skip_space();
    switch (peek()) {
      case '{':
        return object(out, depth);
      case '[':
        return array(out, depth);
      case '"':
        out.kind = Json::kString;
        return string(out.text);
      default:
        return word(out);
    }
  }

  bool object(Json& out, int depth) {
    out.kind = Json::kObject;
    at_++;
    if (take('}')) return true;
    while (true) {
      skip_space();
      if (peek() != '"') return fail("a key");
      auto& [key, item] = out.members.emplace_back();
      if (!string(key)) return false;
      if (!take(':')) return fail("\":\"");
      if (!value(item, depth + 1)) return false;
      if (take('}')) return true;
      if (!take(',')) return fail("\",\" or \"}\"");
    }
  }

  bool array(Json& out, int depth) {
    out.kind = Json::kArray;
    at_++;
    if (take(']')) return true;
    while (true) {
      if (!value(out.items.emplace_back(), depth + 1)) return false;
      if (take(']')) return true;
      if (!take(',')) return fail("\",\" or \"]\"");
    }
  }

  bool string(std::string& out) {
    at_++;
    while (true) {
      const int c = peek();
      if (c < ' ') return fail("\"\"\"");
      at_++;
      if (c == '"') return true;
      if (c != '\\') out.push_back(static_cast<char>(c));
      else if (!escape(out)) return false;
    }
  }

  bool escape(std::string& out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const int c = peek();
    if (const auto i = kLetters.find(static_cast<char>(c)); c >= 0 && i != std::string_view::npos) {
      at_++;
      out.push_back(kMeanings[i]);
      return true;
    }
    uint32_t code = 0;
    if (!unit(code)) return false;
    if (code >= 0xd800 && code < 0xdc00) {
      uint32_t low = 0;
      if (peek() != '\\') return fail("the second half of a surrogate pair");
      at_++;
      if (!unit(low)) return false;
      if (low < 0xdc00 || low > 0xdfff) return fail("the second half of a surrogate pair");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    append_utf8(out, code);
    return true;
  }

  // uXXXX behind a backslash.
  bool unit(uint32_t& code) {
    if (peek() != 'u') return fail("an escape");
    at_++;
    for (int i = 0; i < 4; i++, at_++) {
      const int c = peek();
      const int lower = c | 0x20;
      if (c >= '0' && c <= '9') code = code << 4 | static_cast<uint32_t>(c - '0');
      else if (lower >= 'a' && lower <= 'f') code = code << 4 | static_cast<uint32_t>(lower - 'a' + 10);
      else return fail("a hexadecimal digit");
    }
    return true;
  }

  static void append_utf8(std::string& out, uint32_t code) {
    if (code < 0x80) {
      out.push_back(static_cast<char>(code));
      return;
    }
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static constexpr uint32_t kLead[] = {0, 0xc0, 0xe0, 0xf0};
    out.push_back(static_cast<char>(kLead[more] | code >> (6 * more)));
    for (int i = more - 1; i >= 0; i--) out.push_back(static_cast<char>(0x80 | (code >> (6 * i) & 0x3f)));
  }

  bool word(Json& out) {
    const size_t start = at_;
    while ((peek() >= 'a' && peek() <= 'z') || (peek() >= '0' && peek() <= '9') || peek() == '-' || peek() == '+' || peek() == '.' || peek() == 'E') at_++;
    out.text = text_.substr(start, at_ - start);
    if (out.text == "null") out.kind = Json::kNull;
    else if (out.text == "true" || out.text == "false") out.kind = Json::kBoolean;
    else if (is_number(out.text)) out.kind = Json::kNumber;
    else {
      at_ = start;
      return fail("a value");
    }
    return true;
  }

  // RFC 8259 §6: -? int frac? exp?
  static bool is_number(std::string_view text) {
    size_t at = 0;
    const auto digits = [&] {
      const size_t start = at;
      while (at < text.size() && text[at] >= '0' && text[at] <= '9') at++;
      return at - start;
    };
    if (text.starts_with('-')) at++;
    const bool leads_with_zero = at < text.size() && text[at] == '0';
    const size_t whole = digits();
    if (whole == 0 || (leads_with_zero && whole > 1)) return false;
    if (at < text.size() && text[at] == '.' && (at++, digits() == 0)) return false;
    if (at < text.size() && (text[at] | 0x20) == 'e') {
      at++;
      if (at < text.size() && (text[at] == '+' || text[at] == '-')) at++;
      if (digits() == 0) return false;
    }
    return at == text.size();
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string error_;
};

}  // namespace

std::string read_json(std::string_view text, Json& out) { return Reader(text).read(out); }
