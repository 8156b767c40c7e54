;; The marker of Higress only.
(module
  (func (export "proxy_abi_version_0_2_100"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024)))
