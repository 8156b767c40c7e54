;; _initialize asks for the configuration, which is forbidden.
(module
  (import "env" "proxy_get_buffer_bytes" (func $get (param i32 i32 i32 i32 i32) (result i32)))
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (func (export "_initialize") (drop (call $get (i32.const 6) (i32.const 0) (i32.const 9) (i32.const 512) (i32.const 516)))))
