/** Advice for imports that modules of known toolchains have and Envoy does not; by module and name. */
const advice: readonly (readonly [RegExp, string])[] = [
  [/^env\.(abort|trace|seed)$/, 'AssemblyScript: build with --use abort=… (a function of your own) and without trace and Math.random.'],
  [/^(gojs|go)\./, 'This is a Go module for JavaScript hosts: build with GOOS=wasip1 -buildmode=c-shared.'],
  [/^env\.(__cxa_|_Unwind|invoke_|setTempRet0|_emscripten_throw)/, 'C++ exceptions and setjmp need the host: build with -fno-exceptions.'],
  [/^env\.proxy_redis_|^env\.proxy_(inject_encoded|get_upstream_hosts|set_upstream_override)/, 'Only Higress has this function.'],
  [/^env\.proxy_set_log_level$/, 'Only FastEdge and Higress have this function.'],
  [/^wasi_snapshot_preview1\.proc_raise$/, 'Envoy leaves proc_raise out: build without signal handling.'],
  [/^wasi:|^wasi_snapshot_preview2/, 'This module wants WASI preview 2: build for wasm32-wasip1.'],
  [/^(__wbindgen|wbg)/, 'wasm-bindgen is for JavaScript hosts: build for wasm32-wasip1 without it.'],
  [
    /^env\.(memcpy|memset|memmove|malloc|free|strlen|printf)$/,
    'The C library was not linked: build with --target=wasm32-wasi and its sysroot.',
  ],
];

export function missingImportHelp(module: string, name: string): string | undefined {
  return advice.find(([pattern]) => pattern.test(`${module}.${name}`))?.[1];
}
