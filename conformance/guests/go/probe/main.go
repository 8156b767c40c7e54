// A guest that does what its plugin configuration says, in Go: a reactor with the Go runtime, its collector and its WASI imports. The
// script is that of the Rust probe (`../../rust/probe/src/lib.rs`), with fewer commands.
package main

import (
	"strconv"
	"strings"
)

type section struct {
	name  string
	nth   int // 0: each time
	lines []string
}

var (
	scripts   = map[uint32][]section{}
	roots     = map[uint32]uint32{}
	counts    = map[string]int{}
	variables = map[string]uint64{}
)

// main is not called: a reactor has only its exports.
func main() {}

func parse(script string) (sections []section) {
	for line := range strings.SplitSeq(script, "\n") {
		if head, ok := strings.CutPrefix(line, "["); ok {
			name, nth, _ := strings.Cut(strings.TrimSuffix(head, "]"), " #")
			count, _ := strconv.Atoi(nth)
			sections = append(sections, section{name: name, nth: count})
		} else if line != "" && len(sections) > 0 {
			last := &sections[len(sections)-1]
			last.lines = append(last.lines, line)
		}
	}
	return sections
}

// callback runs the sections of a name; usual is the result where none of them returns one.
func callback(name string, context, usual uint32, args ...uint32) uint32 {
	root, isStream := roots[context]
	if !isStream {
		root = context
	}
	key := strconv.Itoa(int(root)) + name
	counts[key]++
	variables["ctx"], variables["root"] = uint64(context), uint64(root)
	for i, arg := range args {
		variables["arg"+strconv.Itoa(i+1)] = uint64(arg)
	}
	result := usual
	for _, section := range scripts[root] {
		if section.name != name || section.nth != 0 && section.nth != counts[key] {
			continue
		}
		for _, line := range section.lines {
			if value, ok := execute(line); ok {
				result = value
			}
		}
	}
	return result
}

//go:wasmexport proxy_on_context_create
func onContextCreate(context, parent uint32) {
	if parent == 0 {
		return
	}
	roots[context] = parent
	variables["stream"] = uint64(context)
	callback("stream_create", context, 0, parent)
}

//go:wasmexport proxy_on_vm_start
func onVMStart(root, size uint32) uint32 { return callback("vm_start", root, 1, size) }

//go:wasmexport proxy_on_configure
func onConfigure(root, size uint32) uint32 {
	const pluginConfiguration = 7
	out := new(output)
	if proxyGetBufferBytes(pluginConfiguration, 0, size, ptr(&out.data), ptr(&out.size)) == 0 && out.data != nil {
		scripts[root] = parse(string(take(out.data, out.size)))
	}
	return callback("configure", root, 1, size)
}

//go:wasmexport proxy_on_request_headers
func onRequestHeaders(context, count, end uint32) uint32 {
	return callback("request_headers", context, 0, count, end)
}

//go:wasmexport proxy_on_request_body
func onRequestBody(context, size, end uint32) uint32 {
	return callback("request_body", context, 0, size, end)
}

//go:wasmexport proxy_on_request_trailers
func onRequestTrailers(context, count uint32) uint32 {
	return callback("request_trailers", context, 0, count)
}

//go:wasmexport proxy_on_response_headers
func onResponseHeaders(context, count, end uint32) uint32 {
	return callback("response_headers", context, 0, count, end)
}

//go:wasmexport proxy_on_response_body
func onResponseBody(context, size, end uint32) uint32 {
	return callback("response_body", context, 0, size, end)
}

//go:wasmexport proxy_on_response_trailers
func onResponseTrailers(context, count uint32) uint32 {
	return callback("response_trailers", context, 0, count)
}

//go:wasmexport proxy_on_new_connection
func onNewConnection(context uint32) uint32 { return callback("new_connection", context, 0) }

//go:wasmexport proxy_on_downstream_data
func onDownstreamData(context, size, end uint32) uint32 {
	return callback("downstream_data", context, 0, size, end)
}

//go:wasmexport proxy_on_upstream_data
func onUpstreamData(context, size, end uint32) uint32 {
	return callback("upstream_data", context, 0, size, end)
}

//go:wasmexport proxy_on_downstream_connection_close
func onDownstreamConnectionClose(context, peer uint32) {
	callback("downstream_connection_close", context, 0, peer)
}

//go:wasmexport proxy_on_http_call_response
func onHTTPCallResponse(context, token, headers, body, trailers uint32) {
	callback("http_call_response", context, 0, token, headers, body, trailers)
}

//go:wasmexport proxy_on_queue_ready
func onQueueReady(context, token uint32) { callback("queue_ready", context, 0, token) }

//go:wasmexport proxy_on_tick
func onTick(context uint32) { callback("tick", context, 0) }

//go:wasmexport proxy_on_done
func onDone(context uint32) uint32 { return callback("done", context, 1) }

//go:wasmexport proxy_on_log
func onLog(context uint32) { callback("log", context, 0) }

//go:wasmexport proxy_on_delete
func onDelete(context uint32) { callback("delete", context, 0) }
