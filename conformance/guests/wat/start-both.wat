;; _initialize and _start: only the former is called.
(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (data (i32.const 0) "initialize")
  (data (i32.const 16) "start")
  (func (export "_start") (drop (call $log (i32.const 2) (i32.const 16) (i32.const 5))))
  (func (export "_initialize") (drop (call $log (i32.const 2) (i32.const 0) (i32.const 10)))))
