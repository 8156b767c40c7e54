//! The imports of ABI 0.2.1 and Envoy's addition.
#![allow(clippy::too_many_arguments)]

macro_rules! imports {
    ($($name:ident ($($arg:ident : $kind:ty),*);)*) => {
        #[link(wasm_import_module = "env")]
        extern "C" { $(pub fn $name($($arg: $kind),*) -> u32;)* }
    };
}

type P = *const u8;
type S = usize;
type OutP = *mut *mut u8;
type OutS = *mut usize;
type Out32 = *mut u32;
type Out64 = *mut u64;

imports! {
    proxy_log(level: u32, message: P, size: S);
    proxy_get_status(code: Out32, message: OutP, size: OutS);
    proxy_set_property(path: P, path_size: S, value: P, value_size: S);
    proxy_get_property(path: P, path_size: S, value: OutP, size: OutS);
    proxy_send_local_response(code: u32, details: P, details_size: S, body: P, body_size: S, headers: P, headers_size: S, grpc: i32);
    proxy_get_shared_data(key: P, key_size: S, value: OutP, size: OutS, cas: Out32);
    proxy_set_shared_data(key: P, key_size: S, value: P, value_size: S, cas: u32);
    proxy_register_shared_queue(name: P, name_size: S, token: Out32);
    proxy_resolve_shared_queue(vm: P, vm_size: S, name: P, name_size: S, token: Out32);
    proxy_dequeue_shared_queue(token: u32, item: OutP, size: OutS);
    proxy_enqueue_shared_queue(token: u32, item: P, size: S);
    proxy_get_header_map_value(map: u32, name: P, name_size: S, value: OutP, size: OutS);
    proxy_add_header_map_value(map: u32, name: P, name_size: S, value: P, value_size: S);
    proxy_replace_header_map_value(map: u32, name: P, name_size: S, value: P, value_size: S);
    proxy_remove_header_map_value(map: u32, name: P, name_size: S);
    proxy_get_header_map_pairs(map: u32, pairs: OutP, size: OutS);
    proxy_set_header_map_pairs(map: u32, pairs: P, size: S);
    proxy_get_header_map_size(map: u32, size: Out32);
    proxy_get_buffer_status(buffer: u32, length: Out32, flags: Out32);
    proxy_get_buffer_bytes(buffer: u32, start: u32, length: u32, bytes: OutP, size: OutS);
    proxy_set_buffer_bytes(buffer: u32, start: u32, length: u32, data: P, size: S);
    proxy_http_call(upstream: P, upstream_size: S, headers: P, headers_size: S, body: P, body_size: S, trailers: P, trailers_size: S, timeout: i32, token: Out32);
    proxy_grpc_call(service: P, service_size: S, name: P, name_size: S, method: P, method_size: S, metadata: P, metadata_size: S, message: P, message_size: S, timeout: u32, token: Out32);
    proxy_grpc_stream(service: P, service_size: S, name: P, name_size: S, method: P, method_size: S, metadata: P, metadata_size: S, token: Out32);
    proxy_grpc_send(token: u32, message: P, size: S, end: u32);
    proxy_grpc_close(token: u32);
    proxy_grpc_cancel(token: u32);
    proxy_set_tick_period_milliseconds(period: u32);
    proxy_get_current_time_nanoseconds(time: Out64);
    proxy_define_metric(kind: u32, name: P, name_size: S, id: Out32);
    proxy_increment_metric(id: u32, offset: i64);
    proxy_record_metric(id: u32, value: u64);
    proxy_get_metric(id: u32, value: Out64);
    proxy_set_effective_context(context: u32);
    proxy_done();
    proxy_call_foreign_function(name: P, name_size: S, argument: P, argument_size: S, result: OutP, size: OutS);
    envoy_resolve_dns(address: P, size: S, token: Out32);
}

#[cfg(not(any(feature = "abi010", feature = "abi020")))]
imports! {
    proxy_get_log_level(level: Out32);
}

#[cfg(not(feature = "abi010"))]
imports! {
    proxy_continue_stream(stream: u32);
    proxy_close_stream(stream: u32);
}

#[cfg(feature = "abi010")]
imports! {
    proxy_get_configuration(configuration: OutP, size: OutS);
    proxy_continue_request();
    proxy_continue_response();
    proxy_clear_route_cache();
}
