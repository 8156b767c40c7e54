;; The marker is a global: only functions count.
(module
  (global (export "proxy_abi_version_0_2_1") i32 (i32.const 0))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024)))
