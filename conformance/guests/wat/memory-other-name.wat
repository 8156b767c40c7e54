;; A memory exported under a name of its own.
(module
  (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "heap") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (data (i32.const 8) "any name")
  (func (export "proxy_on_vm_start") (param i32 i32) (result i32)
    (drop (call $log (i32.const 2) (i32.const 8) (i32.const 8)))
    (i32.const 1)))
