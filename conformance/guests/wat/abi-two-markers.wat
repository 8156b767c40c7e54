;; Two markers: the first export decides, so the headers callback has three parameters.
(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (func (export "proxy_abi_version_0_2_0"))
  (func (export "proxy_abi_version_0_1_0"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (data (i32.const 0) "headers with end of stream")
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (drop (call $log (i32.const 2) (i32.const 0) (i32.const 26)))
    (i32.const 0)))
