// A guest that does what its plugin configuration says, in C++ and with ABI 0.2.0: `malloc` is the allocator, as
// with the C++ SDK. The script is that of the Rust probe, with fewer commands.
#include <cstdlib>

#include "abi.h"
#include "script.h"

#define EXPORT(NAME) extern "C" __attribute__((export_name(#NAME)))

namespace {

std::map<uint32_t, Script> scripts;
std::map<uint32_t, uint32_t> roots;
std::map<std::string, uint32_t> counts;
Variables variables;

uint32_t callback(const char* name, uint32_t context, uint32_t usual, uint32_t first = 0, uint32_t second = 0) {
  const uint32_t root = roots.count(context) != 0 ? roots[context] : context;
  const uint32_t count = ++counts[std::to_string(root) + name];
  variables["ctx"] = context;
  variables["root"] = root;
  variables["arg1"] = first;
  variables["arg2"] = second;
  uint32_t result = usual;
  for (const Section& section : scripts[root]) {
    if (section.name != name || (section.nth != 0 && section.nth != count)) continue;
    for (const std::string& line : section.lines) execute(line, variables, result);
  }
  return result;
}

void read_script(uint32_t root) {
  constexpr uint32_t plugin_configuration = 7;
  char* data = nullptr;
  size_t size = 0;
  if (proxy_get_buffer_bytes(plugin_configuration, 0, UINT32_MAX, &data, &size) == 0 && data != nullptr) scripts[root] = parse_script({data, size});
  free(data);
}

}  // namespace

EXPORT(proxy_abi_version_0_2_0) void proxy_abi_version_0_2_0() {}

EXPORT(proxy_on_context_create) void proxy_on_context_create(uint32_t context, uint32_t parent) {
  if (parent == 0) return;
  roots[context] = parent;
  variables["stream"] = context;
  callback("stream_create", context, 0, parent);
}

EXPORT(proxy_on_vm_start) uint32_t proxy_on_vm_start(uint32_t root, uint32_t size) { return callback("vm_start", root, 1, size); }

EXPORT(proxy_on_configure) uint32_t proxy_on_configure(uint32_t root, uint32_t size) {
  read_script(root);
  return callback("configure", root, 1, size);
}

#define CALLBACK(NAME)                                                                     \
  EXPORT(proxy_on_##NAME) uint32_t proxy_on_##NAME(uint32_t context, uint32_t size, uint32_t end) { \
    return callback(#NAME, context, 0, size, end);                                         \
  }
CALLBACK(request_headers)
CALLBACK(request_body)
CALLBACK(response_headers)
CALLBACK(response_body)
CALLBACK(downstream_data)
CALLBACK(upstream_data)

#define TRAILERS(NAME) \
  EXPORT(proxy_on_##NAME) uint32_t proxy_on_##NAME(uint32_t context, uint32_t count) { return callback(#NAME, context, 0, count); }
TRAILERS(request_trailers)
TRAILERS(response_trailers)

#define EVENT(NAME) \
  EXPORT(proxy_on_##NAME) void proxy_on_##NAME(uint32_t context) { callback(#NAME, context, 0); }
EVENT(tick)
EVENT(log)
EVENT(delete)

#define PEER_EVENT(NAME) \
  EXPORT(proxy_on_##NAME) void proxy_on_##NAME(uint32_t context, uint32_t what) { callback(#NAME, context, 0, what); }
PEER_EVENT(queue_ready)
PEER_EVENT(downstream_connection_close)
PEER_EVENT(upstream_connection_close)

EXPORT(proxy_on_new_connection) uint32_t proxy_on_new_connection(uint32_t context) { return callback("new_connection", context, 0); }
EXPORT(proxy_on_done) uint32_t proxy_on_done(uint32_t context) { return callback("done", context, 1); }

EXPORT(proxy_on_http_call_response) void proxy_on_http_call_response(uint32_t context, uint32_t token, uint32_t headers, uint32_t, uint32_t) {
  callback("http_call_response", context, 0, token, headers);
}
