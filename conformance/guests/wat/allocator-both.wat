;; Both allocators: malloc is asked.
(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (import "env" "proxy_get_buffer_bytes" (func $get (param i32 i32 i32 i32 i32) (result i32)))
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "memory") 1)
  (data (i32.const 0) "malloc was askedthe other was asked")
  (func (export "malloc") (param i32) (result i32) (drop (call $log (i32.const 2) (i32.const 0) (i32.const 16))) (i32.const 1024))
  (func (export "proxy_on_memory_allocate") (param i32) (result i32) (drop (call $log (i32.const 2) (i32.const 16) (i32.const 19))) (i32.const 2048))
  (func (export "proxy_on_configure") (param i32 i32) (result i32)
    (drop (call $get (i32.const 7) (i32.const 0) (i32.const 9) (i32.const 512) (i32.const 516)))
    (i32.const 1)))
