import type { Severity } from '#base/diagnostic.ts';
import type { Finding } from './module-report.ts';

type Args = Readonly<Record<string, string | number>>;

interface FindingText {
  readonly severity: Severity;
  readonly message: (args: Args) => string;
  readonly help?: string;
}

/** Everything that can be said about a module. To add a finding: one entry here, one condition in `examine.ts`. */
const texts = {
  'no-abi': {
    severity: 'error',
    message: () => 'Envoy refuses this module: it exports no Proxy-Wasm ABI marker.',
    help: 'A plugin exports a function proxy_abi_version_0_1_0, …0_2_0 or …0_2_1. Build with a Proxy-Wasm SDK and check that the linker keeps the export.',
  },
  'vendor-abi': {
    severity: 'error',
    message: () => 'Envoy and Istio refuse this module: it was built for Higress (proxy_abi_version_0_2_100).',
    help: 'Build it with a standard Proxy-Wasm SDK, or run it in Higress.',
  },
  'missing-import': {
    severity: 'error',
    message: (a) => `Envoy refuses this module: missing import ${a['import']}.`,
    help: 'Envoy provides the Proxy-Wasm functions and WASI preview 1, nothing else.',
  },
  'import-type': {
    severity: 'error',
    message: (a) =>
      `Envoy refuses this module: import type mismatch of ${a['import']}, it wants ${a['actual']}, the proxy has ${a['expected']}.`,
    help: 'The SDK declares this host function with other parameters than the ABI. Use a newer SDK.',
  },
  'export-type': {
    severity: 'error',
    message: (a) => `Envoy refuses this module: ${a['problem']}.`,
    help: 'A callback must have the parameters and results of its ABI version.',
  },
  'no-allocator': {
    severity: 'error',
    message: () => 'Envoy refuses this module: it exports neither malloc nor proxy_on_memory_allocate.',
    help: 'The proxy needs one of them to hand over headers and configuration.',
  },
  memory: {
    severity: 'error',
    message: (a) => `Envoy cannot run this module: ${a['problem']}.`,
    help: 'One VM has at most 1 GiB of ordinary 32-bit memory.',
  },
  'no-streams': {
    severity: 'warning',
    message: () => 'This module has no callback for requests or connections: in a filter chain it does nothing.',
    help: 'Such modules run as a singleton service (Envoy bootstrap extension).',
  },
  'shared-root-context': {
    severity: 'warning',
    message: () => 'With this SDK two filters of one VM share one configuration: the last one configured.',
    help: 'The AssemblyScript SDKs of the solo.io family keep one root context for each VM. Give each filter a vm_id of its own; WasmPlugin cannot, EnvoyFilter can.',
  },
  'aborts-on-done': {
    severity: 'info',
    message: () => 'With this SDK every unload or shutdown of the plugin logs an abort: it looks for the root context among the streams.',
  },
  'go-runtime': {
    severity: 'info',
    message: () => 'Modules of the ordinary Go compiler need Envoy 1.33 (Istio 1.25) or newer.',
  },
  'slow-start': {
    severity: 'warning',
    message: (a) =>
      `Envoy compiles this module for about ${a['seconds']} s before it is ready, with about ${a['cpuSeconds']} s of processor time.`,
    help: 'A proxy with a small CPU limit takes longer. Make the module smaller (wasm-opt -Oz, TinyGo or Rust instead of Go), or allow for it in start-up probes.',
  },
  'debug-information': {
    severity: 'info',
    message: (a) => `${a['bytes']} of ${a['total']} bytes are names and debug information.`,
    help: 'They make back traces readable. To ship less: strip the module (wasm-strip, -Wl,--strip-all, strip = true).',
  },
  'build-paths': {
    severity: 'info',
    message: (a) => `The module holds paths of the machine that built it, such as ${a['path']}.`,
    help: 'They give away names and make builds differ: --remap-path-prefix (Rust), -trimpath (Go), -ffile-prefix-map (C++).',
  },
  'never-called': {
    severity: 'info',
    message: (a) => `No proxy calls ${a['export']}.`,
    help: 'AssemblyScript SDKs export proxy_on_grpc_trailing_metadata; the ABI calls it proxy_on_grpc_receive_trailing_metadata.',
  },
  'abi-0-1-0': {
    severity: 'info',
    message: () => 'This module speaks ABI 0.1.0: its headers callbacks are not told whether the stream ends there.',
  },
  'rust-imports': {
    severity: 'hint',
    message: () =>
      'The Rust SDK imports most host functions and exports every callback, used or not: what is listed is the most this module can do.',
  },
} satisfies Readonly<Record<string, FindingText>>;

export type FindingCode = keyof typeof texts;

/** A finding with the texts of the table; `help` replaces the table's advice. */
export function finding(code: FindingCode, args: Args = {}, help?: string): Finding {
  const text: FindingText = texts[code];
  return { code: `plugins/module-${code}`, severity: text.severity, message: text.message(args), help: help ?? text.help, args };
}
