;; No headers callback: only the body is asked about.
(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (data (i32.const 0) "body")
  (func (export "proxy_on_request_body") (param i32 i32 i32) (result i32) (drop (call $log (i32.const 2) (i32.const 0) (i32.const 4))) (i32.const 0)))
