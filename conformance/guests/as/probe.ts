// A guest that does what its plugin configuration says, in AssemblyScript: ABI 0.2.1, no WASI, a runtime that never frees. The script is
// that of the Rust probe (`../rust/probe/src/lib.rs`), with fewer commands.

// @ts-ignore: decorators of AssemblyScript
@external("env", "proxy_log") declare function proxy_log(level: u32, message: usize, size: usize): u32;
// @ts-ignore
@external("env", "proxy_get_property") declare function proxy_get_property(path: usize, pathSize: usize, value: usize, size: usize): u32;
// @ts-ignore
@external("env", "proxy_get_header_map_value") declare function proxy_get_header_map_value(map: u32, name: usize, nameSize: usize, value: usize, size: usize): u32;
// @ts-ignore
@external("env", "proxy_add_header_map_value") declare function proxy_add_header_map_value(map: u32, name: usize, nameSize: usize, value: usize, size: usize): u32;
// @ts-ignore
@external("env", "proxy_replace_header_map_value") declare function proxy_replace_header_map_value(map: u32, name: usize, nameSize: usize, value: usize, size: usize): u32;
// @ts-ignore
@external("env", "proxy_remove_header_map_value") declare function proxy_remove_header_map_value(map: u32, name: usize, nameSize: usize): u32;
// @ts-ignore
@external("env", "proxy_get_buffer_bytes") declare function proxy_get_buffer_bytes(type: u32, start: u32, length: u32, data: usize, size: usize): u32;
// @ts-ignore
@external("env", "proxy_set_buffer_bytes") declare function proxy_set_buffer_bytes(type: u32, start: u32, length: u32, data: usize, size: usize): u32;
// @ts-ignore
@external("env", "proxy_send_local_response") declare function proxy_send_local_response(code: u32, details: usize, detailsSize: usize, body: usize, bodySize: usize, headers: usize, headersSize: usize, grpcStatus: i32): u32;
// @ts-ignore
@external("env", "proxy_get_shared_data") declare function proxy_get_shared_data(key: usize, keySize: usize, value: usize, size: usize, cas: usize): u32;
// @ts-ignore
@external("env", "proxy_set_shared_data") declare function proxy_set_shared_data(key: usize, keySize: usize, value: usize, size: usize, cas: u32): u32;
// @ts-ignore
@external("env", "proxy_define_metric") declare function proxy_define_metric(type: u32, name: usize, size: usize, id: usize): u32;
// @ts-ignore
@external("env", "proxy_increment_metric") declare function proxy_increment_metric(id: u32, by: i64): u32;
// @ts-ignore
@external("env", "proxy_record_metric") declare function proxy_record_metric(id: u32, value: u64): u32;
// @ts-ignore
@external("env", "proxy_get_metric") declare function proxy_get_metric(id: u32, value: usize): u32;
// @ts-ignore
@external("env", "proxy_set_tick_period_milliseconds") declare function proxy_set_tick_period_milliseconds(period: u32): u32;
// @ts-ignore
@external("env", "proxy_get_log_level") declare function proxy_get_log_level(level: usize): u32;
// @ts-ignore
@external("env", "proxy_set_effective_context") declare function proxy_set_effective_context(context: u32): u32;
// @ts-ignore
@external("env", "proxy_continue_stream") declare function proxy_continue_stream(type: u32): u32;
// @ts-ignore
@external("env", "proxy_close_stream") declare function proxy_close_stream(type: u32): u32;
// @ts-ignore
@external("env", "proxy_done") declare function proxy_done(): u32;

/** Where the compiler sends failed assertions: told to the host, then a trap. */
function abort(message: string | null, _file: string | null, line: u32, _column: u32): void {
  say(4, "abort: " + (message === null ? "" : message) + " line " + line.toString());
  unreachable();
}

class Section {
  lines: string[] = [];
  constructor(public name: string, public nth: i32) {}
}

const scripts = new Map<u32, Section[]>();
const roots = new Map<u32, u32>();
const counts = new Map<string, i32>();
const variables = new Map<string, u64>();

// What a host function has written: address, size, a number.
const outData = memory.data(4);
const outSize = memory.data(4);
const outWord = memory.data(4);
const outLong = memory.data(8, 8);

function say(level: u32, text: string): void {
  const bytes = String.UTF8.encode(text);
  proxy_log(level, changetype<usize>(bytes), <usize>bytes.byteLength);
}

function unescape(word: string): ArrayBuffer {
  if (word == '""') return new ArrayBuffer(0);
  return String.UTF8.encode(word.replaceAll("\\n", "\n").replaceAll("\\s", " ").replaceAll("\\0", "\0"));
}

function shownBytes(): string {
  const data = load<usize>(outData);
  const size = load<usize>(outSize);
  if (data == 0) return "null " + size.toString();
  return '"' + String.UTF8.decodeUnsafe(data, size) + '" ' + size.toString();
}

class Words {
  next: i32 = 0;
  constructor(public list: string[]) {}
  word(): string {
    return this.next < this.list.length ? this.list[this.next++] : '""';
  }
  text(): ArrayBuffer {
    return unescape(this.word());
  }
  long(): u64 {
    const word = this.word();
    if (!word.startsWith("$")) return U64.parseInt(word);
    const name = word.substring(1);
    return variables.has(name) ? variables.get(name) : 0;
  }
  number(): u32 {
    return <u32>this.long();
  }
}

function at(bytes: ArrayBuffer): usize {
  return changetype<usize>(bytes);
}

function length(bytes: ArrayBuffer): usize {
  return <usize>bytes.byteLength;
}

let shown = "";
let value: u64 = 0;

function call(name: string, w: Words): u32 {
  store<usize>(outData, 0);
  store<usize>(outSize, 0);
  store<u32>(outWord, 0);
  shown = "";
  if (name == "log") {
    const level = w.number();
    const text = w.text();
    return proxy_log(level, at(text), length(text));
  }
  if (name == "get_property") {
    const path = w.text();
    const status = proxy_get_property(at(path), length(path), outData, outSize);
    shown = shownBytes();
    return status;
  }
  if (name == "get_header_map_value") {
    const map = w.number();
    const key = w.text();
    const status = proxy_get_header_map_value(map, at(key), length(key), outData, outSize);
    shown = shownBytes();
    return status;
  }
  if (name == "add_header_map_value" || name == "replace_header_map_value") {
    const map = w.number();
    const key = w.text();
    const text = w.text();
    return name.startsWith("add")
      ? proxy_add_header_map_value(map, at(key), length(key), at(text), length(text))
      : proxy_replace_header_map_value(map, at(key), length(key), at(text), length(text));
  }
  if (name == "remove_header_map_value") {
    const map = w.number();
    const key = w.text();
    return proxy_remove_header_map_value(map, at(key), length(key));
  }
  if (name == "get_buffer_bytes") {
    const type = w.number();
    const start = w.number();
    const status = proxy_get_buffer_bytes(type, start, w.number(), outData, outSize);
    shown = shownBytes();
    return status;
  }
  if (name == "set_buffer_bytes") {
    const type = w.number();
    const start = w.number();
    const count = w.number();
    const text = w.text();
    return proxy_set_buffer_bytes(type, start, count, at(text), length(text));
  }
  if (name == "send_local_response") {
    const code = w.number();
    const details = w.text();
    const body = w.text();
    return proxy_send_local_response(code, at(details), length(details), at(body), length(body), 0, 0, -1);
  }
  if (name == "get_shared_data") {
    const key = w.text();
    const status = proxy_get_shared_data(at(key), length(key), outData, outSize, outWord);
    shown = shownBytes();
    value = load<u32>(outWord);
    return status;
  }
  if (name == "set_shared_data") {
    const key = w.text();
    const text = w.text();
    return proxy_set_shared_data(at(key), length(key), at(text), length(text), w.number());
  }
  if (name == "define_metric") {
    const type = w.number();
    const metric = w.text();
    const status = proxy_define_metric(type, at(metric), length(metric), outWord);
    value = load<u32>(outWord);
    shown = value.toString();
    return status;
  }
  if (name == "increment_metric") {
    const id = w.number();
    return proxy_increment_metric(id, <i64>w.long());
  }
  if (name == "record_metric") {
    const id = w.number();
    return proxy_record_metric(id, w.long());
  }
  if (name == "get_metric") {
    const status = proxy_get_metric(w.number(), outLong);
    shown = load<u64>(outLong).toString();
    return status;
  }
  if (name == "get_log_level") {
    const status = proxy_get_log_level(outWord);
    shown = load<u32>(outWord).toString();
    return status;
  }
  if (name == "set_tick_period_milliseconds") return proxy_set_tick_period_milliseconds(w.number());
  if (name == "set_effective_context") return proxy_set_effective_context(w.number());
  if (name == "continue_stream") return proxy_continue_stream(w.number());
  if (name == "close_stream") return proxy_close_stream(w.number());
  if (name == "done") return proxy_done();
  return 0xffff;
}

/** Carries out one line; the value of a `return`, -1 for everything else. */
function execute(line: string): i64 {
  let command = line;
  let target = "";
  if (line.startsWith("let ")) {
    const mark = line.indexOf(" = ");
    target = line.substring(4, mark);
    command = line.substring(mark + 3);
  }
  const w = new Words(command.split(" "));
  const name = w.word();
  if (name == "return") return <i64>w.number();
  if (name == "trap") unreachable();
  if (name == "assert") assert(false, "as the script says");
  value = 0;
  const status = call(name, w);
  say(2, command + " = " + status.toString() + (shown == "" ? "" : " ") + shown);
  if (target != "") variables.set(target, value);
  return -1;
}

function parse(text: string): Section[] {
  const sections: Section[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line.startsWith("[")) {
      const head = line.substring(1, line.length - 1).split(" #");
      sections.push(new Section(head[0], head.length > 1 ? I32.parseInt(head[1]) : 0));
    } else if (line != "" && sections.length > 0) sections[sections.length - 1].lines.push(line);
  }
  return sections;
}

function callback(name: string, context: u32, usual: u32): u32 {
  const root = roots.has(context) ? roots.get(context) : context;
  const key = root.toString() + name;
  const count = (counts.has(key) ? counts.get(key) : 0) + 1;
  counts.set(key, count);
  variables.set("ctx", context);
  let result = usual;
  const script = scripts.has(root) ? scripts.get(root) : [];
  for (let i = 0; i < script.length; i++) {
    const section = script[i];
    if (section.name != name || (section.nth != 0 && section.nth != count)) continue;
    for (let l = 0; l < section.lines.length; l++) {
      const returned = execute(section.lines[l]);
      if (returned >= 0) result = <u32>returned;
    }
  }
  return result;
}

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(size: usize): usize {
  return heap.alloc(size);
}

export function proxy_on_context_create(context: u32, parent: u32): void {
  if (parent == 0) return;
  roots.set(context, parent);
  variables.set("stream", context);
}

export function proxy_on_vm_start(root: u32, _size: u32): u32 {
  return callback("vm_start", root, 1);
}

export function proxy_on_configure(root: u32, size: u32): u32 {
  store<usize>(outData, 0);
  if (proxy_get_buffer_bytes(7, 0, size, outData, outSize) == 0 && load<usize>(outData) != 0) {
    scripts.set(root, parse(String.UTF8.decodeUnsafe(load<usize>(outData), load<usize>(outSize))));
  }
  return callback("configure", root, 1);
}

export function proxy_on_request_headers(context: u32, _count: u32, _end: u32): u32 {
  return callback("request_headers", context, 0);
}

export function proxy_on_request_body(context: u32, _size: u32, _end: u32): u32 {
  return callback("request_body", context, 0);
}

export function proxy_on_response_headers(context: u32, _count: u32, _end: u32): u32 {
  return callback("response_headers", context, 0);
}

export function proxy_on_response_body(context: u32, _size: u32, _end: u32): u32 {
  return callback("response_body", context, 0);
}

export function proxy_on_new_connection(context: u32): u32 {
  return callback("new_connection", context, 0);
}

export function proxy_on_downstream_data(context: u32, _size: u32, _end: u32): u32 {
  return callback("downstream_data", context, 0);
}

export function proxy_on_upstream_data(context: u32, _size: u32, _end: u32): u32 {
  return callback("upstream_data", context, 0);
}

export function proxy_on_tick(root: u32): void {
  callback("tick", root, 0);
}

export function proxy_on_done(context: u32): u32 {
  return callback("done", context, 1);
}

export function proxy_on_log(context: u32): void {
  callback("log", context, 0);
}

export function proxy_on_delete(context: u32): void {
  callback("delete", context, 0);
}
