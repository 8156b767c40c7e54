// Carries out the commands of a script.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "abi.h"
#include "script.h"

namespace {

void say(std::string_view text) { proxy_log(2, text.data(), text.size()); }

std::string unescape(std::string_view word) {
  if (word == "\"\"") return "";
  std::string out;
  for (size_t i = 0; i < word.size(); i++) {
    if (word[i] != '\\' || i + 1 == word.size()) {
      out += word[i];
      continue;
    }
    switch (char c = word[++i]) {
      case '0': out += '\0'; break;
      case 'n': out += '\n'; break;
      case 's': out += ' '; break;
      default: out += c;
    }
  }
  return out;
}

std::string escape(std::string_view bytes) {
  std::string out;
  for (unsigned char c : bytes) {
    char hex[5];
    if (c >= 32 && c < 127 && c != '"' && c != '\\') out += static_cast<char>(c);
    else out += (std::snprintf(hex, sizeof hex, "\\x%02x", c), hex);
  }
  return out;
}

class Words {
 public:
  Words(std::string_view line, const Variables& variables) : variables_(variables) {
    for (size_t at = 0; at < line.size();) {
      const size_t end = std::min(line.find(' ', at), line.size());
      if (end > at) words_.emplace_back(line.substr(at, end - at));
      at = end + 1;
    }
  }
  std::string_view word() { return next_ < words_.size() ? words_[next_++] : std::string_view("\"\""); }
  std::string text() { return unescape(word()); }
  uint64_t number() {
    const std::string word(this->word());
    if (word[0] != '$') return std::strtoull(word.c_str(), nullptr, 0);
    const auto found = variables_.find(std::string_view(word).substr(1));
    return found == variables_.end() ? 0 : found->second;
  }
  // name:value|name:value in the form of header maps; a leading colon belongs to the name.
  std::string pairs() {
    const std::string_view word = this->word();
    if (word == "\"\"") return "";
    std::vector<std::string> parts;
    for (size_t at = 0; at <= word.size();) {
      const size_t end = std::min(word.find('|', at), word.size());
      const std::string_view pair = word.substr(at, end - at);
      const size_t colon = std::min(pair.find(':', 1), pair.size());
      parts.push_back(unescape(pair.substr(0, colon)));
      parts.push_back(colon == pair.size() ? "" : unescape(pair.substr(colon + 1)));
      at = end + 1;
    }
    std::string out = bytes_of(parts.size() / 2);
    for (const std::string& part : parts) out += bytes_of(part.size());
    for (const std::string& part : parts) out += part + '\0';
    return out;
  }

 private:
  static std::string bytes_of(size_t value) {
    std::string out;
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift);
    return out;
  }
  std::vector<std::string_view> words_;
  size_t next_ = 0;
  const Variables& variables_;
};

// What a host function has written, as text and as a number.
struct Output {
  char* data = nullptr;
  size_t size = 0;
  uint32_t small = 0;
  uint64_t large = 0;

  ~Output() { free(data); }
  std::string bytes() const { return data == nullptr ? "null 0" : "\"" + escape({data, size}) + "\" " + std::to_string(size); }
};

// The status of the call, and in `shown` and `value` what came back.
uint32_t call(std::string_view name, Words& w, std::string& shown, uint64_t& value) {
  Output out;
  uint32_t status = 0xffff;
  const auto bytes = [&](uint32_t result) { return shown = out.bytes(), result; };
  const auto number = [&](uint32_t result) { return shown = std::to_string(out.small), value = out.small, result; };
  if (name == "log") {
    const uint32_t level = w.number();
    const std::string text = w.text();
    status = proxy_log(level, text.data(), text.size());
  } else if (name == "get_property") {
    const std::string path = w.text();
    status = bytes(proxy_get_property(path.data(), path.size(), &out.data, &out.size));
  } else if (name == "set_property") {
    const std::string path = w.text(), text = w.text();
    status = proxy_set_property(path.data(), path.size(), text.data(), text.size());
  } else if (name == "get_header_map_value") {
    const uint32_t map = w.number();
    const std::string key = w.text();
    status = bytes(proxy_get_header_map_value(map, key.data(), key.size(), &out.data, &out.size));
  } else if (name == "add_header_map_value" || name == "replace_header_map_value") {
    const uint32_t map = w.number();
    const std::string key = w.text(), text = w.text();
    const auto change = name[0] == 'a' ? proxy_add_header_map_value : proxy_replace_header_map_value;
    status = change(map, key.data(), key.size(), text.data(), text.size());
  } else if (name == "remove_header_map_value") {
    const uint32_t map = w.number();
    const std::string key = w.text();
    status = proxy_remove_header_map_value(map, key.data(), key.size());
  } else if (name == "get_header_map_pairs") {
    status = bytes(proxy_get_header_map_pairs(w.number(), &out.data, &out.size));
  } else if (name == "get_header_map_size") {
    status = number(proxy_get_header_map_size(w.number(), &out.small));
  } else if (name == "get_buffer_status") {
    status = proxy_get_buffer_status(w.number(), &out.size, &out.small);
    shown = std::to_string(out.size) + " " + std::to_string(out.small);
  } else if (name == "get_buffer_bytes") {
    const uint32_t type = w.number(), start = w.number(), length = w.number();
    status = bytes(proxy_get_buffer_bytes(type, start, length, &out.data, &out.size));
  } else if (name == "set_buffer_bytes") {
    const uint32_t type = w.number(), start = w.number(), length = w.number();
    const std::string text = w.text();
    status = proxy_set_buffer_bytes(type, start, length, text.data(), text.size());
  } else if (name == "send_local_response") {
    const uint32_t code = w.number();
    const std::string details = w.text(), body = w.text(), headers = w.pairs();
    status = proxy_send_local_response(code, details.data(), details.size(), body.data(), body.size(), headers.data(), headers.size(), UINT32_MAX);
  } else if (name == "http_call") {
    const std::string upstream = w.text(), headers = w.pairs(), body = w.text(), trailers = w.pairs();
    status = number(proxy_http_call(upstream.data(), upstream.size(), headers.data(), headers.size(), body.data(), body.size(), trailers.data(),
                                    trailers.size(), w.number(), &out.small));
  } else if (name == "get_shared_data") {
    const std::string key = w.text();
    status = bytes(proxy_get_shared_data(key.data(), key.size(), &out.data, &out.size, &out.small));
    value = out.small;
  } else if (name == "set_shared_data") {
    const std::string key = w.text(), text = w.text();
    status = proxy_set_shared_data(key.data(), key.size(), text.data(), text.size(), w.number());
  } else if (name == "register_shared_queue") {
    const std::string queue = w.text();
    status = number(proxy_register_shared_queue(queue.data(), queue.size(), &out.small));
  } else if (name == "enqueue_shared_queue") {
    const uint32_t token = w.number();
    const std::string item = w.text();
    status = proxy_enqueue_shared_queue(token, item.data(), item.size());
  } else if (name == "dequeue_shared_queue") {
    status = bytes(proxy_dequeue_shared_queue(w.number(), &out.data, &out.size));
  } else if (name == "define_metric") {
    const uint32_t type = w.number();
    const std::string metric = w.text();
    status = number(proxy_define_metric(type, metric.data(), metric.size(), &out.small));
  } else if (name == "increment_metric") {
    const uint32_t id = w.number();
    status = proxy_increment_metric(id, static_cast<int64_t>(w.number()));
  } else if (name == "record_metric") {
    const uint32_t id = w.number();
    status = proxy_record_metric(id, w.number());
  } else if (name == "get_metric") {
    status = proxy_get_metric(w.number(), &out.large);
    shown = std::to_string(out.large);
  } else if (name == "set_tick_period_milliseconds") {
    status = proxy_set_tick_period_milliseconds(w.number());
  } else if (name == "set_effective_context") {
    status = proxy_set_effective_context(w.number());
  } else if (name == "continue_stream") {
    status = proxy_continue_stream(w.number());
  } else if (name == "close_stream") {
    status = proxy_close_stream(w.number());
  } else if (name == "done") {
    status = proxy_done();
  }
  return status;
}

}  // namespace

Script parse_script(std::string_view text) {
  Script script;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) continue;
    if (line[0] != '[') {
      if (!script.empty()) script.back().lines.emplace_back(line);
      continue;
    }
    const std::string head(line.substr(1, line.size() - 2));
    const size_t mark = head.find(" #");
    script.push_back({head.substr(0, mark), mark == std::string::npos ? 0 : static_cast<uint32_t>(std::atoi(head.c_str() + mark + 2)), {}});
  }
  return script;
}

bool execute(std::string_view line, Variables& variables, uint32_t& result) {
  std::string target;
  std::string_view command = line;
  if (line.substr(0, 4) == "let ") {
    const size_t at = line.find(" = ");
    target = line.substr(4, at - 4);
    command = line.substr(at + 3);
  }
  Words words(command, variables);
  const std::string_view name = words.word();
  if (name == "return") return result = words.number(), true;
  if (name == "trap") __builtin_trap();
  if (name == "abort") std::abort();
  if (name == "exit") std::exit(static_cast<int>(words.number()));
  if (name == "print") return std::printf("%s\n", words.text().c_str()), std::fflush(stdout), false;
  std::string shown;
  uint64_t value = 0;
  const uint32_t status = call(name, words, shown, value);
  say(std::string(command) + " = " + std::to_string(status) + (shown.empty() ? "" : " ") + shown);
  if (!target.empty()) variables[target] = value;
  return false;
}
