;; An export of a callback's name that is no function is none.
(module
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
  (global (export "proxy_on_request_headers") i32 (i32.const 0)))
