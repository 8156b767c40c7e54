// Refuses requests by POSIX extended regular expressions: a Proxy-Wasm plugin without an SDK.

#include <unordered_map>

#include "abi.h"
#include "config.h"

namespace {

// One configuration for each root context: filters of one VM may differ.
std::unordered_map<uint32_t, Config> configs;
std::unordered_map<uint32_t, uint32_t> root_of;

}  // namespace

EXPORT(proxy_abi_version_0_2_1) void proxy_abi_version_0_2_1() {}

EXPORT(proxy_on_memory_allocate) void* proxy_on_memory_allocate(size_t size) { return malloc(size); }

EXPORT(proxy_on_context_create) void proxy_on_context_create(uint32_t context, uint32_t root) {
  if (root != 0) root_of[context] = root;
}

EXPORT(proxy_on_configure) uint32_t proxy_on_configure(uint32_t root, uint32_t size) {
  Config config;
  if (const auto problem = read_config(configuration(size), config); !problem.empty()) {
    log(kError, "configuration refused: " + problem);
    return 0;
  }
  log(kInfo, "configured: rules: " + std::to_string(config.rules.size()));
  configs[root] = std::move(config);
  return 1;
}

EXPORT(proxy_on_request_headers) uint32_t proxy_on_request_headers(uint32_t context, uint32_t, uint32_t) {
  const auto& rules = configs[root_of[context]].rules;
  std::string value;
  for (size_t i = 0; i < rules.size(); i++) {
    const Rule& rule = rules[i];
    if (!request_header(rule.header, value) || regexec(rule.pattern.get(), value.c_str(), 0, nullptr, 0) != 0) continue;
    log(kWarn, rule.header + ": " + value + " refused by rule " + std::to_string(i + 1));
    send_local_response(rule.status, "path_guard", rule.body);
    return kPause;
  }
  return kContinue;
}

EXPORT(proxy_on_delete) void proxy_on_delete(uint32_t context) {
  root_of.erase(context);
  configs.erase(context);
}
