// {"rules": [{"header": ":path", "pattern": "^/admin", "status": 403, "body": "Forbidden"}]}
#pragma once

#include <regex.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct FreeRegex {
  void operator()(regex_t* regex) const {
    regfree(regex);
    delete regex;
  }
};

struct Rule {
  std::string header = ":path";
  std::unique_ptr<regex_t, FreeRegex> pattern;
  uint32_t status = 403;
  std::string body = "Forbidden";
};

struct Config {
  std::vector<Rule> rules;
};

// Reads the configuration; returns why it is refused, or nothing.
std::string read_config(std::string_view text, Config& out);
