// The few host functions of the Proxy-Wasm ABI 0.2.1 this plugin needs, and strings in and out of them.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#define IMPORT(NAME) extern "C" __attribute__((import_module("env"), import_name(#NAME))) uint32_t NAME
#define EXPORT(NAME) extern "C" __attribute__((export_name(#NAME)))

IMPORT(proxy_log)(uint32_t level, const char* message, size_t size);
IMPORT(proxy_get_buffer_bytes)(uint32_t type, uint32_t start, uint32_t max, char** data, size_t* size);
IMPORT(proxy_get_header_map_value)(uint32_t map, const char* name, size_t name_size, char** value, size_t* size);
IMPORT(proxy_send_local_response)(uint32_t code, const char* details, size_t details_size, const char* body, size_t body_size,
                                  const char* headers, size_t headers_size, uint32_t grpc_status);

enum LogLevel : uint32_t { kInfo = 2, kWarn = 3, kError = 4 };
enum Action : uint32_t { kContinue = 0, kPause = 1 };

inline void log(LogLevel level, std::string_view message) { proxy_log(level, message.data(), message.size()); }

// Takes over a block the host has got from proxy_on_memory_allocate.
inline std::string take(char* data, size_t size) {
  std::string text(data == nullptr ? "" : data, size);
  free(data);
  return text;
}

inline std::string configuration(uint32_t size) {
  constexpr uint32_t plugin_configuration = 7;
  char* data = nullptr;
  size_t length = 0;
  proxy_get_buffer_bytes(plugin_configuration, 0, size, &data, &length);
  return take(data, length);
}

// The first value of a request header; false when there is none.
inline bool request_header(std::string_view name, std::string& value) {
  constexpr uint32_t request_headers = 0;
  char* data = nullptr;
  size_t size = 0;
  if (proxy_get_header_map_value(request_headers, name.data(), name.size(), &data, &size) != 0) return false;
  value = take(data, size);
  return true;
}

inline void send_local_response(uint32_t code, std::string_view details, std::string_view body) {
  constexpr uint32_t derive_grpc_status = UINT32_MAX;
  proxy_send_local_response(code, details.data(), details.size(), body.data(), body.size(), nullptr, 0, derive_grpc_status);
}
