// Sets request and response headers to values made from the request: a Proxy-Wasm plugin without an SDK.
package main

import "fmt"

// One configuration for each root context: filters of one VM may differ.
var configs = map[uint32]*config{}

var streams = map[uint32]*stream{}

type stream struct {
	root uint32
	// Request headers the response settings need: once the response is here, the proxy no longer shows the request's.
	remembered map[string]string
}

// main is not called: a reactor has only its exports.
func main() {}

//go:wasmexport proxy_on_context_create
func onContextCreate(context, root uint32) {
	if root != 0 {
		streams[context] = &stream{root, map[string]string{}}
	}
}

//go:wasmexport proxy_on_configure
func onConfigure(root, size uint32) uint32 {
	config, err := readConfig(configuration(size))
	if err != nil {
		log(levelError, "configuration refused: "+err.Error())
		return 0
	}
	configs[root] = config
	log(levelInfo, fmt.Sprintf("configured: request headers: %d, response headers: %d", len(config.request), len(config.response)))
	return 1
}

//go:wasmexport proxy_on_request_headers
func onRequestHeaders(context, count, endOfStream uint32) uint32 {
	stream := streams[context]
	config := configs[stream.root]
	for _, setting := range config.response {
		for _, piece := range setting.value {
			if piece.header != "" {
				stream.remembered[piece.header] = header(requestHeaders, piece.header)
			}
		}
	}
	apply(config.request, requestHeaders, func(name string) string { return header(requestHeaders, name) })
	return 0
}

//go:wasmexport proxy_on_response_headers
func onResponseHeaders(context, count, endOfStream uint32) uint32 {
	stream := streams[context]
	apply(configs[stream.root].response, responseHeaders, func(name string) string { return stream.remembered[name] })
	return 0
}

//go:wasmexport proxy_on_delete
func onDelete(context uint32) {
	delete(streams, context)
	delete(configs, context)
}

func apply(settings []setting, kind uint32, header func(name string) string) {
	for _, setting := range settings {
		value := expand(setting.value, header)
		setHeader(kind, setting.name, value)
		log(levelInfo, setting.name+": "+value)
	}
}
