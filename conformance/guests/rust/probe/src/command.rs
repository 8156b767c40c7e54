//! Reads the script and carries out its commands.
use crate::abi;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

pub type Vars = HashMap<String, i64>;

#[derive(Clone)]
pub struct Section {
    name: String,
    nth: Option<u32>,
    end_only: bool,
    pub lines: Vec<String>,
}

#[derive(Default)]
pub struct State {
    scripts: HashMap<u32, Vec<Section>>,
    pub parents: HashMap<u32, u32>,
    counts: HashMap<(u32, String), u32>,
    pub vars: Vars,
}

impl State {
    pub fn load(&mut self, root: u32, text: &str) {
        let mut sections: Vec<Section> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some(head) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                let mut words = head.split_whitespace();
                let name = words.next().unwrap_or("").to_string();
                let (mut nth, mut end_only) = (None, false);
                for word in words {
                    if let Some(number) = word.strip_prefix('#') {
                        nth = number.parse().ok();
                    } else if word == "end" {
                        end_only = true;
                    }
                }
                sections.push(Section { name, nth, end_only, lines: Vec::new() });
            } else if let Some(section) = sections.last_mut() {
                section.lines.push(line.to_string());
            }
        }
        self.scripts.insert(root, sections);
    }

    pub fn root_of(&self, context: u32) -> u32 {
        match self.parents.get(&context) {
            Some(0) | None => context,
            Some(parent) => *parent,
        }
    }

    pub fn count(&mut self, root: u32, name: &str) -> u32 {
        let count = self.counts.entry((root, name.to_string())).or_insert(0);
        *count += 1;
        *count
    }

    pub fn sections(&self, root: u32, name: &str, count: u32, end: bool) -> Vec<Section> {
        let all = self.scripts.get(&root).map(Vec::as_slice).unwrap_or(&[]);
        all.iter().filter(|s| s.name == name && s.nth.is_none_or(|n| n == count) && (end || !s.end_only)).cloned().collect()
    }
}

pub enum Allocator {
    Normal,
    Zero,
    Far,
    Trap,
    Call,
    Grow,
}

static ALLOCATOR: AtomicU32 = AtomicU32::new(0);

pub fn allocator_mode() -> Allocator {
    match ALLOCATOR.load(Ordering::Relaxed) {
        1 => Allocator::Zero,
        2 => Allocator::Far,
        3 => Allocator::Trap,
        4 => Allocator::Call,
        5 => Allocator::Grow,
        _ => Allocator::Normal,
    }
}

/// An input: a text of its own, or a place in memory given as it is.
struct Input {
    bytes: Vec<u8>,
    raw: Option<(usize, usize)>,
}

impl Input {
    fn pointer(&self) -> *const u8 {
        self.raw.map_or(self.bytes.as_ptr(), |(pointer, _)| pointer as *const u8)
    }
    fn size(&self) -> usize {
        self.raw.map_or(self.bytes.len(), |(_, size)| size)
    }
}

struct Words<'a> {
    words: Vec<&'a str>,
    next: usize,
    vars: &'a Vars,
}

impl Words<'_> {
    fn word(&mut self) -> &str {
        self.next += 1;
        self.words.get(self.next - 1).copied().unwrap_or("\"\"")
    }
    fn number(&mut self) -> i64 {
        self.next += 1;
        number(self.words.get(self.next - 1).copied().unwrap_or("0"), self.vars)
    }
    fn u32(&mut self) -> u32 {
        self.number() as u32
    }
    fn text(&mut self) -> Input {
        let vars = self.vars;
        let word = self.word();
        if let Some(place) = word.strip_prefix('@') {
            let (pointer, size) = place.split_once(',').unwrap_or((place, "0"));
            return Input { bytes: Vec::new(), raw: Some((number(pointer, vars) as usize, number(size, vars) as usize)) };
        }
        Input { bytes: unescape(word), raw: None }
    }
    fn pairs(&mut self) -> Input {
        let word = self.word();
        if word.starts_with('@') {
            self.next -= 1;
            return self.text();
        }
        if word == "\"\"" {
            return Input { bytes: Vec::new(), raw: None };
        }
        let pairs: Vec<(Vec<u8>, Vec<u8>)> = word
            .split('|')
            .map(|pair| {
                // a leading colon belongs to the name
                let at = pair.char_indices().skip(1).find(|(_, c)| *c == ':').map_or(pair.len(), |(i, _)| i);
                (unescape(&pair[..at]), unescape(pair.get(at + 1..).unwrap_or("")))
            })
            .collect();
        let mut bytes = (pairs.len() as u32).to_le_bytes().to_vec();
        for (name, value) in &pairs {
            bytes.extend((name.len() as u32).to_le_bytes());
            bytes.extend((value.len() as u32).to_le_bytes());
        }
        for (name, value) in pairs {
            bytes.extend(name);
            bytes.push(0);
            bytes.extend(value);
            bytes.push(0);
        }
        Input { bytes, raw: None }
    }
    /// An output address given as `@pointer`, or the usual one.
    fn out<T>(&mut self, usual: *mut T) -> *mut T {
        if self.words.get(self.next).is_some_and(|word| word.starts_with('@')) {
            let place = &self.words[self.next][1..];
            self.next += 1;
            return number(place, self.vars) as usize as *mut T;
        }
        usual
    }
}

fn number(word: &str, vars: &Vars) -> i64 {
    if let Some(name) = word.strip_prefix('$') {
        return vars.get(name).copied().unwrap_or(0);
    }
    if let Some(hex) = word.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).unwrap_or(0) as i64;
    }
    word.parse().unwrap_or(0)
}

fn unescape(word: &str) -> Vec<u8> {
    if word == "\"\"" {
        return Vec::new();
    }
    let mut out = Vec::new();
    let mut bytes = word.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'0') => out.push(0),
            Some(b'n') => out.push(b'\n'),
            Some(b's') => out.push(b' '),
            Some(b'r') => {
                // \rNNNN: the next letter, that many times over
                let count: String = (0..5).filter_map(|_| bytes.next()).map(char::from).collect();
                out.resize(out.len() + count.parse::<usize>().unwrap_or(0), b'r');
            }
            Some(b'x') => {
                let hex: String = (0..2).filter_map(|_| bytes.next()).map(char::from).collect();
                out.push(u8::from_str_radix(&hex, 16).unwrap_or(b'?'));
            }
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

fn escape(bytes: &[u8]) -> String {
    let shown = if bytes.len() > 300 { &bytes[..40] } else { bytes };
    let mut out: String = shown.iter().flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect();
    if shown.len() < bytes.len() {
        out.push_str(&format!("…({} bytes)", bytes.len()));
    }
    out
}

fn say(level: u32, text: &str) {
    unsafe { abi::proxy_log(level, text.as_ptr(), text.len()) };
}

/// Carries out one line; the value of a `return`.
pub fn execute(line: &str, vars: &mut Vars) -> Option<u32> {
    let (target, command) = match line.strip_prefix("let ").and_then(|rest| rest.split_once(" = ")) {
        Some((name, command)) => (Some(name.trim().to_string()), command),
        None => (None, line),
    };
    if let Some(rest) = command.strip_prefix("rep ") {
        let (count, inner) = rest.split_once(' ').unwrap_or(("1", "trap"));
        for _ in 0..number(count, vars) {
            execute(inner, vars);
        }
        return None;
    }
    let (value, result) = perform(command, vars);
    if let Some(name) = target {
        vars.insert(name, value);
    }
    result
}

fn perform(command: &str, vars: &Vars) -> (i64, Option<u32>) {
    let mut w = Words { words: command.split_whitespace().collect(), next: 0, vars };
    let name = w.word().to_string();
    let (mut pointer, mut size): (*mut u8, usize) = (std::ptr::null_mut(), 0xdead);
    let (mut small, mut second, mut large) = (0xdeadu32, 0xdeadu32, 0xdeadu64);
    let quiet = name.starts_with('~');
    let size_only = name.starts_with('?');
    // what the function writes: nothing, a number, a long number, bytes, bytes and a number
    let (status, kind) = unsafe {
        match name.trim_start_matches(['~', '?']) {
            "return" => return (0, Some(w.u32())),
            // return_if_shared KEY N: a result that depends on whether shared data has the key
            "return_if_shared" => {
                let key = w.text();
                let known = abi::proxy_get_shared_data(key.pointer(), key.size(), &mut pointer, &mut size, &mut small) == 0;
                return (0, known.then(|| w.u32()));
            }
            "log" => {
                let level = w.u32();
                let text = w.text();
                (abi::proxy_log(level, text.pointer(), text.size()), ' ')
            }
            "print" => return (0, { println!("{}", String::from_utf8_lossy(&w.text().bytes)); None }),
            "eprint" => return (0, { eprintln!("{}", String::from_utf8_lossy(&w.text().bytes)); None }),
            "print_parts" => return (0, { use std::io::Write; let _ = std::io::stdout().write_all(&w.text().bytes); let _ = std::io::stdout().flush(); None }),
            "env" => return (0, { say(2, &format!("env = {:?}", { let mut all: Vec<_> = std::env::vars().collect(); all.sort(); all })); None }),
            "trap" => core::arch::wasm32::unreachable(),
            "panic" => panic!("as the script says"),
            "exit" => std::process::exit(w.number() as i32),
            "divide" => return (1i32.wrapping_div(std::hint::black_box(w.number() as i32)) as i64, None),
            "peek" => return (*(w.number() as usize as *const u8) as i64, None),
            "spin" => loop { std::hint::black_box(()); },
            "recurse" => return (recurse(1) as i64, None),
            "grow" => {
                let before = core::arch::wasm32::memory_grow(0, w.u32() as usize);
                say(2, &format!("{command} = {}", if before == usize::MAX { "refused" } else { "done" }));
                return (before as i64, None);
            }
            "allocator" => {
                let mode = match w.word() { "zero" => 1, "far" => 2, "trap" => 3, "call" => 4, "grow" => 5, _ => 0 };
                return (0, { ALLOCATOR.store(mode, Ordering::Relaxed); None });
            }
            #[cfg(not(any(feature = "abi010", feature = "abi020")))]
            "get_log_level" => (abi::proxy_get_log_level(w.out(&mut small)), 'n'),
            "get_status" => (abi::proxy_get_status(w.out(&mut small), w.out(&mut pointer), w.out(&mut size)), 'c'),
            "set_property" => { let (a, b) = (w.text(), w.text()); (abi::proxy_set_property(a.pointer(), a.size(), b.pointer(), b.size()), ' ') }
            "get_property" => { let a = w.text(); (abi::proxy_get_property(a.pointer(), a.size(), w.out(&mut pointer), w.out(&mut size)), 'b') }
            "send_local_response" => {
                let code = w.u32();
                let (details, body, headers) = (w.text(), w.text(), w.pairs());
                let grpc = if w.next < w.words.len() { w.number() as i32 } else { -1 };
                (abi::proxy_send_local_response(code, details.pointer(), details.size(), body.pointer(), body.size(), headers.pointer(), headers.size(), grpc), ' ')
            }
            "get_shared_data" => { let a = w.text(); (abi::proxy_get_shared_data(a.pointer(), a.size(), w.out(&mut pointer), w.out(&mut size), w.out(&mut small)), 'c') }
            "set_shared_data" => { let (a, b) = (w.text(), w.text()); (abi::proxy_set_shared_data(a.pointer(), a.size(), b.pointer(), b.size(), w.u32()), ' ') }
            "register_shared_queue" => { let a = w.text(); (abi::proxy_register_shared_queue(a.pointer(), a.size(), w.out(&mut small)), 'n') }
            "resolve_shared_queue" => { let (a, b) = (w.text(), w.text()); (abi::proxy_resolve_shared_queue(a.pointer(), a.size(), b.pointer(), b.size(), w.out(&mut small)), 'n') }
            "dequeue_shared_queue" => { let token = w.u32(); (abi::proxy_dequeue_shared_queue(token, w.out(&mut pointer), w.out(&mut size)), 'b') }
            "enqueue_shared_queue" => { let token = w.u32(); let a = w.text(); (abi::proxy_enqueue_shared_queue(token, a.pointer(), a.size()), ' ') }
            "get_header_map_value" => { let map = w.u32(); let a = w.text(); (abi::proxy_get_header_map_value(map, a.pointer(), a.size(), w.out(&mut pointer), w.out(&mut size)), 'b') }
            "add_header_map_value" => { let map = w.u32(); let (a, b) = (w.text(), w.text()); (abi::proxy_add_header_map_value(map, a.pointer(), a.size(), b.pointer(), b.size()), ' ') }
            "replace_header_map_value" => { let map = w.u32(); let (a, b) = (w.text(), w.text()); (abi::proxy_replace_header_map_value(map, a.pointer(), a.size(), b.pointer(), b.size()), ' ') }
            "remove_header_map_value" => { let map = w.u32(); let a = w.text(); (abi::proxy_remove_header_map_value(map, a.pointer(), a.size()), ' ') }
            "get_header_map_pairs" => { let map = w.u32(); (abi::proxy_get_header_map_pairs(map, w.out(&mut pointer), w.out(&mut size)), 'b') }
            "set_header_map_pairs" => { let map = w.u32(); let a = w.pairs(); (abi::proxy_set_header_map_pairs(map, a.pointer(), a.size()), ' ') }
            "get_header_map_size" => { let map = w.u32(); (abi::proxy_get_header_map_size(map, w.out(&mut small)), 'n') }
            "get_buffer_status" => { let buffer = w.u32(); (abi::proxy_get_buffer_status(buffer, w.out(&mut small), w.out(&mut second)), 'm') }
            "get_buffer_bytes" => { let (buffer, start, length) = (w.u32(), w.u32(), w.u32()); (abi::proxy_get_buffer_bytes(buffer, start, length, w.out(&mut pointer), w.out(&mut size)), 'b') }
            "set_buffer_bytes" => { let (buffer, start, length) = (w.u32(), w.u32(), w.u32()); let a = w.text(); (abi::proxy_set_buffer_bytes(buffer, start, length, a.pointer(), a.size()), ' ') }
            #[cfg(not(feature = "abi010"))]
            "continue_stream" => (abi::proxy_continue_stream(w.u32()), ' '),
            #[cfg(not(feature = "abi010"))]
            "close_stream" => (abi::proxy_close_stream(w.u32()), ' '),
            #[cfg(feature = "abi010")]
            "continue_request" => (abi::proxy_continue_request(), ' '),
            #[cfg(feature = "abi010")]
            "continue_response" => (abi::proxy_continue_response(), ' '),
            #[cfg(feature = "abi010")]
            "clear_route_cache" => (abi::proxy_clear_route_cache(), ' '),
            #[cfg(feature = "abi010")]
            "get_configuration" => (abi::proxy_get_configuration(w.out(&mut pointer), w.out(&mut size)), 'b'),
            "http_call" => {
                let (up, headers, body, trailers) = (w.text(), w.pairs(), w.text(), w.pairs());
                let timeout = w.number() as i32;
                (abi::proxy_http_call(up.pointer(), up.size(), headers.pointer(), headers.size(), body.pointer(), body.size(), trailers.pointer(), trailers.size(), timeout, w.out(&mut small)), 'N')
            }
            "grpc_call" => {
                let (service, name, method, metadata, message) = (w.text(), w.text(), w.text(), w.pairs(), w.text());
                let timeout = w.u32();
                (abi::proxy_grpc_call(service.pointer(), service.size(), name.pointer(), name.size(), method.pointer(), method.size(), metadata.pointer(), metadata.size(), message.pointer(), message.size(), timeout, w.out(&mut small)), 'N')
            }
            "grpc_stream" => {
                let (service, name, method, metadata) = (w.text(), w.text(), w.text(), w.pairs());
                (abi::proxy_grpc_stream(service.pointer(), service.size(), name.pointer(), name.size(), method.pointer(), method.size(), metadata.pointer(), metadata.size(), w.out(&mut small)), 'N')
            }
            "grpc_send" => { let token = w.u32(); let a = w.text(); (abi::proxy_grpc_send(token, a.pointer(), a.size(), w.u32()), ' ') }
            "grpc_close" => (abi::proxy_grpc_close(w.u32()), ' '),
            "grpc_cancel" => (abi::proxy_grpc_cancel(w.u32()), ' '),
            "set_tick_period_milliseconds" => (abi::proxy_set_tick_period_milliseconds(w.u32()), ' '),
            "get_current_time_nanoseconds" => (abi::proxy_get_current_time_nanoseconds(w.out(&mut large)), if large == 0xdead { ' ' } else { '?' }),
            "define_metric" => { let kind = w.u32(); let a = w.text(); (abi::proxy_define_metric(kind, a.pointer(), a.size(), w.out(&mut small)), 'n') }
            "increment_metric" => { let id = w.u32(); (abi::proxy_increment_metric(id, w.number()), ' ') }
            "record_metric" => { let id = w.u32(); (abi::proxy_record_metric(id, w.number() as u64), ' ') }
            "get_metric" => { let id = w.u32(); (abi::proxy_get_metric(id, w.out(&mut large)), 'l') }
            "set_effective_context" => (abi::proxy_set_effective_context(w.u32()), ' '),
            "done" => (abi::proxy_done(), ' '),
            "call_foreign_function" => { let (a, b) = (w.text(), w.text()); (abi::proxy_call_foreign_function(a.pointer(), a.size(), b.pointer(), b.size(), w.out(&mut pointer), w.out(&mut size)), 'b') }
            "resolve_dns" => { let a = w.text(); (abi::envoy_resolve_dns(a.pointer(), a.size(), w.out(&mut small)), 'n') }
            _ => (0xffff, ' '),
        }
    };
    let bytes = if pointer.is_null() { "null".to_string() } else { format!("\"{}\"", escape(unsafe { std::slice::from_raw_parts(pointer, size) })) };
    let untouched = |value: u32| if value == 0xdead { "-".to_string() } else { value.to_string() };
    let sized = if size == 0xdead { "-".to_string() } else { format!("{bytes} {size}") };
    let results = match kind {
        'n' | 'N' => untouched(small),
        'm' => format!("{} {}", untouched(small), untouched(second)),
        'l' => if large == 0xdead { "-".into() } else { large.to_string() },
        'b' if size_only && size != 0xdead => format!("({size} bytes)"),
        'b' => sized,
        'c' => format!("{sized} {}", untouched(small)),
        '?' => "time".into(),
        _ => String::new(),
    };
    if !quiet {
        let shown = if command.len() > 200 { &name } else { command };
        say(2, format!("{shown} = {status} {results}").trim_end());
    }
    let value = match kind {
        'n' | 'N' | 'c' | 'm' => small as i64,
        'l' => large as i64,
        // the first eight bytes of a value, as a number
        'b' if !pointer.is_null() => unsafe { std::slice::from_raw_parts(pointer, size.min(8)) }.iter().rev().fold(0, |sum, byte| (sum << 8) | *byte as i64),
        _ => status as i64,
    };
    (value, None)
}

#[inline(never)]
#[allow(unconditional_recursion)]
fn recurse(depth: u64) -> u64 {
    std::hint::black_box(recurse(std::hint::black_box(depth) + 1)) + 1
}
