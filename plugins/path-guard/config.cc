#include "config.h"

#include "json.h"

namespace {

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string compile(std::string_view place, const Json& value, Rule& rule) {
  if (value.kind != Json::kString || value.text.empty()) return std::string(place) + ".pattern must be a string that is not empty";
  auto* regex = new regex_t;
  if (const int code = regcomp(regex, value.text.c_str(), REG_EXTENDED | REG_NOSUB); code != 0) {
    char message[128];
    regerror(code, regex, message, sizeof message);
    delete regex;
    return std::string(place) + ".pattern " + quoted(value.text) + ": " + message;
  }
  rule.pattern.reset(regex);
  return "";
}

bool is_status(const Json& value) { return value.kind == Json::kNumber && value.text.size() == 3 && value.text >= "200" && value.text <= "599" && value.text.find_first_not_of("0123456789") == std::string::npos; }

// RFC 9110 §5.6.2, and pseudo headers.
bool is_header_name(std::string_view name) {
  if (name.starts_with(':')) name.remove_prefix(1);
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  for (const char c : name) {
    const bool is_word = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    if (!is_word && kMarks.find(c) == std::string_view::npos) return false;
  }
  return !name.empty();
}

// Envoy keeps header names in lower case.
std::string lower_case(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return text;
}

std::string read_rule(const std::string& place, const Json& json, Rule& rule) {
  if (json.kind != Json::kObject) return place + " must be an object";
  for (const auto& [key, value] : json.members) {
    if (key == "pattern") {
      if (auto problem = compile(place, value, rule); !problem.empty()) return problem;
    } else if (key == "header") {
      if (value.kind != Json::kString || !is_header_name(value.text)) return place + ".header must be the name of a request header";
      rule.header = lower_case(value.text);
    } else if (key == "status") {
      if (!is_status(value)) return place + ".status must be a whole number from 200 to 599";
      rule.status = static_cast<uint32_t>(std::stoul(value.text));
    } else if (key == "body") {
      if (value.kind != Json::kString) return place + ".body must be a string";
      rule.body = value.text;
    } else {
      return place + ": unknown key " + quoted(key) + ", expected header, pattern, status or body";
    }
  }
  return rule.pattern == nullptr ? place + ": pattern is missing" : "";
}

}  // namespace

std::string read_config(std::string_view text, Config& out) {
  if (text.empty()) return "there is none; rules are needed";
  Json json;
  if (auto problem = read_json(text, json); !problem.empty()) return problem;
  if (json.kind != Json::kObject) return "the configuration must be an object";
  for (const auto& [key, value] : json.members) {
    if (key != "rules") return "unknown key " + quoted(key) + ", expected rules";
    if (value.kind != Json::kArray) return "rules must be a list";
    for (size_t i = 0; i < value.items.size(); i++) {
      if (auto problem = read_rule("rules[" + std::to_string(i) + "]", value.items[i], out.rules.emplace_back()); !problem.empty()) return problem;
    }
  }
  return "";
}
