// The imports of ABI 0.2.0 the probe can call.
#pragma once

#include <cstddef>
#include <cstdint>

#define IMPORT(NAME) extern "C" __attribute__((import_module("env"), import_name(#NAME))) uint32_t NAME

IMPORT(proxy_log)(uint32_t level, const char* message, size_t size);
IMPORT(proxy_get_property)(const char* path, size_t path_size, char** value, size_t* size);
IMPORT(proxy_set_property)(const char* path, size_t path_size, const char* value, size_t size);
IMPORT(proxy_get_header_map_value)(uint32_t map, const char* name, size_t name_size, char** value, size_t* size);
IMPORT(proxy_add_header_map_value)(uint32_t map, const char* name, size_t name_size, const char* value, size_t size);
IMPORT(proxy_replace_header_map_value)(uint32_t map, const char* name, size_t name_size, const char* value, size_t size);
IMPORT(proxy_remove_header_map_value)(uint32_t map, const char* name, size_t name_size);
IMPORT(proxy_get_header_map_pairs)(uint32_t map, char** pairs, size_t* size);
IMPORT(proxy_get_header_map_size)(uint32_t map, uint32_t* size);
IMPORT(proxy_get_buffer_status)(uint32_t type, size_t* length, uint32_t* flags);
IMPORT(proxy_get_buffer_bytes)(uint32_t type, uint32_t start, uint32_t length, char** data, size_t* size);
IMPORT(proxy_set_buffer_bytes)(uint32_t type, uint32_t start, uint32_t length, const char* data, size_t size);
IMPORT(proxy_send_local_response)(uint32_t code, const char* details, size_t details_size, const char* body, size_t body_size,
                                  const char* headers, size_t headers_size, uint32_t grpc_status);
IMPORT(proxy_http_call)(const char* upstream, size_t upstream_size, const char* headers, size_t headers_size, const char* body, size_t body_size,
                        const char* trailers, size_t trailers_size, uint32_t timeout, uint32_t* token);
IMPORT(proxy_get_shared_data)(const char* key, size_t key_size, char** value, size_t* size, uint32_t* cas);
IMPORT(proxy_set_shared_data)(const char* key, size_t key_size, const char* value, size_t size, uint32_t cas);
IMPORT(proxy_register_shared_queue)(const char* name, size_t size, uint32_t* token);
IMPORT(proxy_enqueue_shared_queue)(uint32_t token, const char* item, size_t size);
IMPORT(proxy_dequeue_shared_queue)(uint32_t token, char** item, size_t* size);
IMPORT(proxy_define_metric)(uint32_t type, const char* name, size_t size, uint32_t* id);
IMPORT(proxy_increment_metric)(uint32_t id, int64_t by);
IMPORT(proxy_record_metric)(uint32_t id, uint64_t value);
IMPORT(proxy_get_metric)(uint32_t id, uint64_t* value);
IMPORT(proxy_set_tick_period_milliseconds)(uint32_t period);
IMPORT(proxy_set_effective_context)(uint32_t context);
IMPORT(proxy_continue_stream)(uint32_t type);
IMPORT(proxy_close_stream)(uint32_t type);
IMPORT(proxy_done)();
