;; After _initialize, __main_void is called where there is no main.
(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (data (i32.const 0) "initialize")
  (data (i32.const 16) "main void")
  (func (export "_initialize") (drop (call $log (i32.const 2) (i32.const 0) (i32.const 10))))
  (func (export "__main_void") (result i32) (drop (call $log (i32.const 2) (i32.const 16) (i32.const 9))) (i32.const 0)))
