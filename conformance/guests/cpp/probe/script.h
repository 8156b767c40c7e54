// The script of the plugin configuration: sections with commands, as `../../rust/probe/src/lib.rs` describes them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

struct Section {
  std::string name;
  uint32_t nth = 0;  // 0: each time
  std::vector<std::string> lines;
};

using Script = std::vector<Section>;
using Variables = std::map<std::string, uint64_t, std::less<>>;

Script parse_script(std::string_view text);

// Carries out one line and logs what came back. True when it was a `return`, with its value in `result`.
bool execute(std::string_view line, Variables& variables, uint32_t& result);
