//! A guest that does what its plugin configuration says: one module for every question about a Proxy-Wasm host.
//!
//! The configuration is a text of sections, one per callback, with one command a line:
//!
//! ```text
//! [request_headers]            each time; [request_headers #2] the second time only; [request_body end] with end_of_stream only
//! get_header_map_value 0 :path a host function without `proxy_`, its inputs in order; output addresses are filled in
//! let t = http_call auth ...   keeps the (last) number the function has written as $t
//! increment_metric $t 5
//! return 1                     result of the callback
//! ```
//!
//! Each host call is logged at level info as `command = status results`. A word is text with the escapes \0 \n \s \\ \xNN, `""` is empty,
//! `@pointer,size` gives a place in memory as it is, `@pointer` an output address. Pairs are `name:value|name:value`.
//! Other commands: log LEVEL TEXT, print TEXT, eprint TEXT, trap, spin, recurse, grow PAGES, exit CODE,
//! allocator zero|far|grow|trap|call|normal, return_if_shared KEY N, rep N COMMAND. A command that begins with `~` is not logged, of one that
//! begins with `?` only the size of the value is.
mod abi;
mod command;

use command::{Section, State};
use std::cell::RefCell;

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::default());
}

/// Runs the sections of `name`; the guest may be entered again while a host call allocates, which `State` never sees.
fn callback(name: &str, context: u32, args: [u32; 2], end: bool) -> u32 {
    let (root, mut vars, sections) = STATE.with(|state| {
        let mut state = state.borrow_mut();
        let root = state.root_of(context);
        let count = state.count(root, name);
        (root, state.vars.clone(), state.sections(root, name, count, end))
    });
    vars.insert("ctx".into(), context as i64);
    vars.insert("root".into(), root as i64);
    vars.insert("arg1".into(), args[0] as i64);
    vars.insert("arg2".into(), args[1] as i64);
    let mut result = if matches!(name, "vm_start" | "configure" | "done") { 1 } else { 0 };
    for section in &sections {
        if let Some(value) = run(section, &mut vars) {
            result = value;
        }
    }
    STATE.with(|state| {
        let mut state = state.borrow_mut();
        for (key, value) in vars {
            if !matches!(key.as_str(), "ctx" | "root" | "arg1" | "arg2") {
                state.vars.insert(key, value);
            }
        }
    });
    result
}

fn run(section: &Section, vars: &mut command::Vars) -> Option<u32> {
    let mut result = None;
    for line in &section.lines {
        if let Some(value) = command::execute(line, vars) {
            result = Some(value);
        }
    }
    result
}

fn read_script(root: u32) {
    let mut pointer = std::ptr::null_mut();
    let mut size = 0;
    let status = unsafe { abi::proxy_get_buffer_bytes(7, 0, u32::MAX, &mut pointer, &mut size) };
    if status == 0 && !pointer.is_null() {
        let bytes = unsafe { Vec::from_raw_parts(pointer, size, size) };
        STATE.with(|state| state.borrow_mut().load(root, &String::from_utf8_lossy(&bytes)));
    }
}

#[cfg(not(any(feature = "abi010", feature = "abi020")))]
#[no_mangle]
pub extern "C" fn proxy_abi_version_0_2_1() {}

#[cfg(feature = "abi020")]
#[no_mangle]
pub extern "C" fn proxy_abi_version_0_2_0() {}

#[cfg(feature = "abi010")]
#[no_mangle]
pub extern "C" fn proxy_abi_version_0_1_0() {}

#[no_mangle]
pub extern "C" fn proxy_on_memory_allocate(size: usize) -> *mut u8 {
    match command::allocator_mode() {
        command::Allocator::Zero => return std::ptr::null_mut(),
        command::Allocator::Far => return 0xffff_0000 as *mut u8,
        command::Allocator::Trap => std::process::abort(),
        command::Allocator::Call => unsafe {
            let mut out = 0;
            abi::proxy_get_buffer_status(6, &mut out, &mut 0);
        },
        command::Allocator::Grow => {
            core::arch::wasm32::memory_grow(0, 1);
        }
        command::Allocator::Normal => {}
    }
    let mut block: Vec<u8> = Vec::with_capacity(size);
    let pointer = block.as_mut_ptr();
    std::mem::forget(block);
    pointer
}

#[no_mangle]
pub extern "C" fn proxy_on_context_create(context: u32, parent: u32) {
    STATE.with(|state| state.borrow_mut().parents.insert(context, parent));
    if parent == 0 {
        read_script(context);
        callback("context_create", context, [parent, 0], false);
    } else {
        STATE.with(|state| state.borrow_mut().vars.insert("stream".into(), context as i64));
        callback("stream_create", context, [parent, 0], false);
    }
}

#[no_mangle]
pub extern "C" fn proxy_on_vm_start(context: u32, size: u32) -> u32 {
    callback("vm_start", context, [size, 0], false)
}

#[no_mangle]
pub extern "C" fn proxy_on_configure(context: u32, size: u32) -> u32 {
    read_script(context);
    callback("configure", context, [size, 0], false)
}

macro_rules! callbacks {
    ($($export:ident $name:literal ($($arg:ident),*) $end:expr;)*) => { $(
        #[no_mangle]
        pub extern "C" fn $export(context: u32 $(, $arg: u32)*) -> u32 {
            let args: &[u32] = &[$($arg),*];
            callback($name, context, [args.first().copied().unwrap_or(0), args.get(1).copied().unwrap_or(0)], $end)
        }
    )* };
}

macro_rules! events {
    ($($export:ident $name:literal ($($arg:ident),*);)*) => { $(
        #[no_mangle]
        pub extern "C" fn $export(context: u32 $(, $arg: u32)*) {
            let args: &[u32] = &[$($arg),*];
            callback($name, context, [args.first().copied().unwrap_or(0), args.get(1).copied().unwrap_or(0)], false);
        }
    )* };
}

callbacks! {
    proxy_on_new_connection "new_connection" () false;
    proxy_on_downstream_data "downstream_data" (size, end) end != 0;
    proxy_on_upstream_data "upstream_data" (size, end) end != 0;
    proxy_on_request_body "request_body" (size, end) end != 0;
    proxy_on_request_trailers "request_trailers" (count) false;
    proxy_on_request_metadata "request_metadata" (count) false;
    proxy_on_response_body "response_body" (size, end) end != 0;
    proxy_on_response_trailers "response_trailers" (count) false;
    proxy_on_response_metadata "response_metadata" (count) false;
    proxy_on_done "done" () false;
}

#[cfg(not(feature = "abi010"))]
callbacks! {
    proxy_on_request_headers "request_headers" (count, end) end != 0;
    proxy_on_response_headers "response_headers" (count, end) end != 0;
}

#[cfg(feature = "abi010")]
callbacks! {
    proxy_on_request_headers "request_headers" (count) false;
    proxy_on_response_headers "response_headers" (count) false;
}

events! {
    proxy_on_tick "tick" ();
    proxy_on_downstream_connection_close "downstream_connection_close" (peer);
    proxy_on_upstream_connection_close "upstream_connection_close" (peer);
    proxy_on_http_call_response "http_call_response" (token, headers, body, trailers);
    proxy_on_grpc_receive_initial_metadata "grpc_receive_initial_metadata" (token, count);
    proxy_on_grpc_receive "grpc_receive" (token, size);
    proxy_on_grpc_receive_trailing_metadata "grpc_receive_trailing_metadata" (token, count);
    proxy_on_grpc_close "grpc_close" (token, status);
    proxy_on_queue_ready "queue_ready" (token);
    proxy_on_foreign_function "foreign_function" (function, size);
    proxy_on_log "log" ();
    proxy_on_delete "delete" ();
    envoy_on_resolve_dns "resolve_dns" (token, size);
    envoy_on_stats_update "stats_update" (size);
}
