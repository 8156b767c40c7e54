;; An imported global is missing whatever its name.
(module
  (import "env" "proxy_log" (global i32))
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024)))
