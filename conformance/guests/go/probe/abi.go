package main

import "unsafe"

// The imports of ABI 0.2.0 the probe can call. Strings cross as pointer and length; outputs are addresses of 32-bit numbers.

type ptr = unsafe.Pointer

//go:wasmimport env proxy_log
func proxyLog(level uint32, message ptr, size uint32) uint32

//go:wasmimport env proxy_get_property
func proxyGetProperty(path ptr, pathSize uint32, value, size ptr) uint32

//go:wasmimport env proxy_set_property
func proxySetProperty(path ptr, pathSize uint32, value ptr, size uint32) uint32

//go:wasmimport env proxy_get_header_map_value
func proxyGetHeaderMapValue(kind uint32, name ptr, nameSize uint32, value, size ptr) uint32

//go:wasmimport env proxy_add_header_map_value
func proxyAddHeaderMapValue(kind uint32, name ptr, nameSize uint32, value ptr, size uint32) uint32

//go:wasmimport env proxy_replace_header_map_value
func proxyReplaceHeaderMapValue(kind uint32, name ptr, nameSize uint32, value ptr, size uint32) uint32

//go:wasmimport env proxy_remove_header_map_value
func proxyRemoveHeaderMapValue(kind uint32, name ptr, nameSize uint32) uint32

//go:wasmimport env proxy_get_header_map_pairs
func proxyGetHeaderMapPairs(kind uint32, pairs, size ptr) uint32

//go:wasmimport env proxy_set_header_map_pairs
func proxySetHeaderMapPairs(kind uint32, pairs ptr, size uint32) uint32

//go:wasmimport env proxy_get_buffer_bytes
func proxyGetBufferBytes(kind, start, length uint32, data, size ptr) uint32

//go:wasmimport env proxy_set_buffer_bytes
func proxySetBufferBytes(kind, start, length uint32, data ptr, size uint32) uint32

//go:wasmimport env proxy_send_local_response
func proxySendLocalResponse(code uint32, details ptr, detailsSize uint32, body ptr, bodySize uint32, headers ptr, headersSize uint32, grpcStatus int32) uint32

//go:wasmimport env proxy_http_call
func proxyHTTPCall(upstream ptr, upstreamSize uint32, headers ptr, headersSize uint32, body ptr, bodySize uint32, trailers ptr, trailersSize, timeout uint32, token ptr) uint32

//go:wasmimport env proxy_get_shared_data
func proxyGetSharedData(key ptr, keySize uint32, value, size, cas ptr) uint32

//go:wasmimport env proxy_set_shared_data
func proxySetSharedData(key ptr, keySize uint32, value ptr, size, cas uint32) uint32

//go:wasmimport env proxy_register_shared_queue
func proxyRegisterSharedQueue(name ptr, size uint32, token ptr) uint32

//go:wasmimport env proxy_resolve_shared_queue
func proxyResolveSharedQueue(vm ptr, vmSize uint32, name ptr, size uint32, token ptr) uint32

//go:wasmimport env proxy_enqueue_shared_queue
func proxyEnqueueSharedQueue(token uint32, item ptr, size uint32) uint32

//go:wasmimport env proxy_dequeue_shared_queue
func proxyDequeueSharedQueue(token uint32, item, size ptr) uint32

//go:wasmimport env proxy_define_metric
func proxyDefineMetric(kind uint32, name ptr, size uint32, id ptr) uint32

//go:wasmimport env proxy_increment_metric
func proxyIncrementMetric(id uint32, by int64) uint32

//go:wasmimport env proxy_record_metric
func proxyRecordMetric(id uint32, value uint64) uint32

//go:wasmimport env proxy_get_metric
func proxyGetMetric(id uint32, value ptr) uint32

//go:wasmimport env proxy_set_tick_period_milliseconds
func proxySetTickPeriodMilliseconds(period uint32) uint32

//go:wasmimport env proxy_get_current_time_nanoseconds
func proxyGetCurrentTimeNanoseconds(time ptr) uint32

//go:wasmimport env proxy_set_effective_context
func proxySetEffectiveContext(context uint32) uint32

//go:wasmimport env proxy_continue_stream
func proxyContinueStream(kind uint32) uint32

//go:wasmimport env proxy_close_stream
func proxyCloseStream(kind uint32) uint32

//go:wasmimport env proxy_done
func proxyDone() uint32

//go:wasmimport env proxy_call_foreign_function
func proxyCallForeignFunction(name ptr, nameSize uint32, argument ptr, argumentSize uint32, result, size ptr) uint32

// Blocks the host has asked for and not yet handed over: the collector must not take them meanwhile.
var pending = map[ptr][]byte{}

//go:wasmexport proxy_on_memory_allocate
func onMemoryAllocate(size uint32) ptr {
	block := make([]byte, size)
	address := ptr(unsafe.SliceData(block))
	pending[address] = block
	return address
}

//go:wasmexport proxy_abi_version_0_2_0
func abiVersion() {}

// take returns the bytes of a block the host has filled.
func take(address ptr, size uint32) []byte {
	block := pending[address]
	delete(pending, address)
	return block[:min(int(size), len(block))]
}

func text(s string) (ptr, uint32) {
	return ptr(unsafe.StringData(s)), uint32(len(s))
}
