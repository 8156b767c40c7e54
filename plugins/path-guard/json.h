// A small JSON reader. The plugin is built without exceptions, so problems are a text.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct Json {
  enum Kind { kNull, kBoolean, kNumber, kString, kArray, kObject };
  Kind kind = kNull;
  // Of a string its characters, of a number its digits.
  std::string text;
  std::vector<Json> items;
  std::vector<std::pair<std::string, Json>> members;
};

// Reads the whole text as one value; returns what is wrong with it, or nothing.
std::string read_json(std::string_view text, Json& out);
