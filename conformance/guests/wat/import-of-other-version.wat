;; A host function of ABI 0.1.0 in a module of 0.2.1.
(module
  (import "env" "proxy_clear_route_cache" (func (result i32)))
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024)))
