package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unsafe"
)

func say(message string) {
	p, n := text(message)
	proxyLog(2, p, n)
}

var unescaper = strings.NewReplacer(`\0`, "\x00", `\n`, "\n", `\s`, " ", `\\`, `\`)

func unescape(word string) string {
	if word == `""` {
		return ""
	}
	return unescaper.Replace(word)
}

// words are the arguments of a command, taken one by one.
type words struct {
	list []string
}

func (w *words) word() string {
	if len(w.list) == 0 {
		return `""`
	}
	word := w.list[0]
	w.list = w.list[1:]
	return word
}

func (w *words) text() (ptr, uint32) {
	return text(unescape(w.word()))
}

func (w *words) number() uint32 {
	return uint32(w.long())
}

func (w *words) long() uint64 {
	word := w.word()
	if name, ok := strings.CutPrefix(word, "$"); ok {
		return variables[name]
	}
	value, _ := strconv.ParseInt(word, 0, 64)
	return uint64(value)
}

// pairs reads name:value|name:value into the form of header maps; a leading colon belongs to the name.
func (w *words) pairs() (ptr, uint32) {
	word := w.word()
	if word == `""` {
		return nil, 0
	}
	var parts []string
	for pair := range strings.SplitSeq(word, "|") {
		name, value := pair, ""
		if at := strings.Index(pair[1:], ":"); at >= 0 {
			name, value = pair[:at+1], pair[at+2:]
		}
		parts = append(parts, unescape(name), unescape(value))
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(parts)/2))
	for _, part := range parts {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(part)))
	}
	for _, part := range parts {
		out = append(append(out, part...), 0)
	}
	return ptr(unsafe.SliceData(out)), uint32(len(out))
}

// output is what a host function has written.
type output struct {
	data       ptr
	size, word uint32
	long       uint64
}

func (o *output) bytes() string {
	if o.data == nil {
		return "null " + strconv.Itoa(int(o.size))
	}
	return strconv.Quote(string(take(o.data, o.size))) + " " + strconv.Itoa(int(o.size))
}

// execute carries out one line and logs what came back; the value of a return, and whether it was one.
func execute(line string) (uint32, bool) {
	target, command := "", line
	if rest, ok := strings.CutPrefix(line, "let "); ok {
		target, command, _ = strings.Cut(rest, " = ")
	}
	w := &words{strings.Fields(command)}
	name := w.word()
	switch name {
	case "return":
		return w.number(), true
	case "panic":
		panic("as the script says")
	case "trap":
		var nothing *int
		*nothing = 1
	case "exit":
		os.Exit(int(w.number()))
	case "print":
		fmt.Println(unescape(w.word()))
		return 0, false
	case "grow":
		variables["grown"] += uint64(len(make([]byte, w.number())))
		return 0, false
	}
	status, shown, value := call(name, w)
	say(strings.TrimSpace(fmt.Sprintf("%s = %d %s", command, status, shown)))
	if target != "" {
		variables[target] = value
	}
	return 0, false
}

// call asks the host; the status, what came back as text, and as a number.
func call(name string, w *words) (status uint32, shown string, value uint64) {
	out := new(output)
	data, size, word := ptr(&out.data), ptr(&out.size), ptr(&out.word)
	bytes := func(status uint32) (uint32, string, uint64) { return status, out.bytes(), uint64(out.word) }
	number := func(status uint32) (uint32, string, uint64) { return status, strconv.Itoa(int(out.word)), uint64(out.word) }
	plain := func(status uint32) (uint32, string, uint64) { return status, "", uint64(status) }
	switch name {
	case "log":
		level := w.number()
		p, n := w.text()
		return plain(proxyLog(level, p, n))
	case "get_property":
		p, n := w.text()
		return bytes(proxyGetProperty(p, n, data, size))
	case "set_property":
		p, n := w.text()
		v, m := w.text()
		return plain(proxySetProperty(p, n, v, m))
	case "get_header_map_value":
		kind := w.number()
		p, n := w.text()
		return bytes(proxyGetHeaderMapValue(kind, p, n, data, size))
	case "add_header_map_value", "replace_header_map_value":
		kind := w.number()
		p, n := w.text()
		v, m := w.text()
		if name[0] == 'a' {
			return plain(proxyAddHeaderMapValue(kind, p, n, v, m))
		}
		return plain(proxyReplaceHeaderMapValue(kind, p, n, v, m))
	case "remove_header_map_value":
		kind := w.number()
		p, n := w.text()
		return plain(proxyRemoveHeaderMapValue(kind, p, n))
	case "get_header_map_pairs":
		return bytes(proxyGetHeaderMapPairs(w.number(), data, size))
	case "set_header_map_pairs":
		kind := w.number()
		p, n := w.pairs()
		return plain(proxySetHeaderMapPairs(kind, p, n))
	case "get_buffer_bytes":
		kind, start, length := w.number(), w.number(), w.number()
		return bytes(proxyGetBufferBytes(kind, start, length, data, size))
	case "set_buffer_bytes":
		kind, start, length := w.number(), w.number(), w.number()
		p, n := w.text()
		return plain(proxySetBufferBytes(kind, start, length, p, n))
	case "send_local_response":
		code := w.number()
		details, detailsSize := w.text()
		body, bodySize := w.text()
		headers, headersSize := w.pairs()
		return plain(proxySendLocalResponse(code, details, detailsSize, body, bodySize, headers, headersSize, -1))
	case "http_call":
		upstream, upstreamSize := w.text()
		headers, headersSize := w.pairs()
		body, bodySize := w.text()
		trailers, trailersSize := w.pairs()
		return number(proxyHTTPCall(upstream, upstreamSize, headers, headersSize, body, bodySize, trailers, trailersSize, w.number(), word))
	case "get_shared_data":
		p, n := w.text()
		return bytes(proxyGetSharedData(p, n, data, size, word))
	case "set_shared_data":
		p, n := w.text()
		v, m := w.text()
		return plain(proxySetSharedData(p, n, v, m, w.number()))
	case "register_shared_queue":
		p, n := w.text()
		return number(proxyRegisterSharedQueue(p, n, word))
	case "resolve_shared_queue":
		vm, vmSize := w.text()
		p, n := w.text()
		return number(proxyResolveSharedQueue(vm, vmSize, p, n, word))
	case "enqueue_shared_queue":
		token := w.number()
		p, n := w.text()
		return plain(proxyEnqueueSharedQueue(token, p, n))
	case "dequeue_shared_queue":
		return bytes(proxyDequeueSharedQueue(w.number(), data, size))
	case "define_metric":
		kind := w.number()
		p, n := w.text()
		return number(proxyDefineMetric(kind, p, n, word))
	case "increment_metric":
		id := w.number()
		return plain(proxyIncrementMetric(id, int64(w.long())))
	case "record_metric":
		id := w.number()
		return plain(proxyRecordMetric(id, w.long()))
	case "get_metric":
		status := proxyGetMetric(w.number(), ptr(&out.long))
		return status, strconv.FormatUint(out.long, 10), out.long
	case "set_tick_period_milliseconds":
		return plain(proxySetTickPeriodMilliseconds(w.number()))
	case "get_current_time_nanoseconds":
		return plain(proxyGetCurrentTimeNanoseconds(ptr(&out.long)))
	case "set_effective_context":
		return plain(proxySetEffectiveContext(w.number()))
	case "continue_stream":
		return plain(proxyContinueStream(w.number()))
	case "close_stream":
		return plain(proxyCloseStream(w.number()))
	case "done":
		return plain(proxyDone())
	case "call_foreign_function":
		p, n := w.text()
		v, m := w.text()
		return bytes(proxyCallForeignFunction(p, n, v, m, data, size))
	}
	return 0xffff, "", 0
}
