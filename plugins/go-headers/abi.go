package main

import "unsafe"

// The few host functions of the Proxy-Wasm ABI 0.2.1 this plugin needs. The compiler turns //go:wasmimport into imports; only
// 32-bit numbers and pointers may cross.

//go:wasmimport env proxy_log
func proxyLog(level uint32, message unsafe.Pointer, size uint32) uint32

//go:wasmimport env proxy_get_buffer_bytes
func proxyGetBufferBytes(kind, start, limit uint32, data, size unsafe.Pointer) uint32

//go:wasmimport env proxy_get_header_map_value
func proxyGetHeaderMapValue(kind uint32, name unsafe.Pointer, nameSize uint32, value, size unsafe.Pointer) uint32

//go:wasmimport env proxy_replace_header_map_value
func proxyReplaceHeaderMapValue(kind uint32, name unsafe.Pointer, nameSize uint32, value unsafe.Pointer, valueSize uint32) uint32

const (
	levelInfo  = 2
	levelError = 4

	requestHeaders  = 0
	responseHeaders = 2

	pluginConfiguration = 7
)

// Blocks the host has asked for and not yet handed over: the collector must not take them meanwhile.
var pending = map[unsafe.Pointer][]byte{}

// onMemoryAllocate is what the host calls when it has bytes for the guest.
//
//go:wasmexport proxy_on_memory_allocate
func onMemoryAllocate(size uint32) unsafe.Pointer {
	block := make([]byte, size)
	address := unsafe.Pointer(unsafe.SliceData(block))
	pending[address] = block
	return address
}

//go:wasmexport proxy_abi_version_0_2_1
func abiVersion() {}

// take returns the bytes of a block the host has filled; nothing is allocated for an empty one.
func take(address unsafe.Pointer) []byte {
	block := pending[address]
	delete(pending, address)
	return block
}

func log(level uint32, message string) {
	proxyLog(level, unsafe.Pointer(unsafe.StringData(message)), uint32(len(message)))
}

func configuration(size uint32) []byte {
	var data unsafe.Pointer
	var length uint32
	proxyGetBufferBytes(pluginConfiguration, 0, size, unsafe.Pointer(&data), unsafe.Pointer(&length))
	return take(data)
}

// header returns the first value of a header, nothing when there is none.
func header(kind uint32, name string) string {
	var data unsafe.Pointer
	var length uint32
	proxyGetHeaderMapValue(kind, unsafe.Pointer(unsafe.StringData(name)), uint32(len(name)), unsafe.Pointer(&data), unsafe.Pointer(&length))
	return string(take(data))
}

func setHeader(kind uint32, name, value string) {
	proxyReplaceHeaderMapValue(kind, unsafe.Pointer(unsafe.StringData(name)), uint32(len(name)), unsafe.Pointer(unsafe.StringData(value)), uint32(len(value)))
}
