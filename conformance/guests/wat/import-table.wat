;; The host makes the imported table.
(module
  (import "env" "__indirect_function_table" (table 4 funcref))
  (func (export "proxy_abi_version_0_2_1"))
  (memory (export "memory") 1)
  (func (export "malloc") (param i32) (result i32) (i32.const 1024)))
