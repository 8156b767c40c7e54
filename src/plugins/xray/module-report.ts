import type { Severity } from '#base/diagnostic.ts';
import type { AbiVersion } from '#proxywasm/abi.ts';
import type { ModuleImport } from '#proxywasm/module/module-info.ts';
import type { SourceLanguage } from '../catalogue/entry.ts';
import type { CallbackName } from './callbacks.ts';
import type { CapabilityId } from './capabilities.ts';

/** What a module's bytes tell about it, without running it. Plain data. */
export interface ModuleReport {
  readonly byteLength: number;
  readonly sha256: string;
  /** Undefined: no marker, so no proxy takes the module. */
  readonly abi: AbiVersion | undefined;
  readonly sdk: SdkGuess;
  /** What can be plugged where: HTTP filters see requests, network filters bytes; `service` modules only run beside them. */
  readonly kinds: readonly ('http' | 'network' | 'service')[];
  readonly imports: readonly ImportReport[];
  readonly capabilities: readonly CapabilityReport[];
  readonly callbacks: readonly CallbackReport[];
  /** Exported functions no proxy calls. */
  readonly otherExports: readonly string[];
  /** The function the proxy calls first; a module may have none. */
  readonly start: '_initialize' | '_start' | undefined;
  readonly allocator: 'malloc' | 'proxy_on_memory_allocate' | undefined;
  readonly memory: { readonly initialBytes: number; readonly maxBytes: number | undefined } | undefined;
  readonly functionCount: number;
  readonly sections: readonly SectionReport[];
  readonly producers: readonly Producer[];
  /** Roughly how long Envoy compiles before it is ready: on two cores, and the processor time behind it. */
  readonly envoyStart: { readonly milliseconds: number; readonly cpuMilliseconds: number };
  readonly findings: readonly Finding[];
}

export interface SdkGuess {
  readonly language: SourceLanguage | 'zig' | undefined;
  /** Compiler and its version, where the module says so. */
  readonly compiler?: string | undefined;
  readonly sdk?: string | undefined;
  /** What in the module says so. */
  readonly evidence: readonly string[];
}

export interface ImportReport {
  readonly module: string;
  readonly name: string;
  readonly kind: ModuleImport['kind'];
  /** `vendor`: only Higress has it; `mismatch`: other parameters than the proxy's. */
  readonly status: 'provided' | 'missing' | 'mismatch' | 'vendor';
  /** `i32 i32 -> i32`. */
  readonly signature: string | undefined;
  /** What the proxy has under this name, when it differs. */
  readonly expected?: string | undefined;
}

/** One thing a module may ask of the proxy. */
export interface CapabilityReport {
  readonly id: CapabilityId;
  readonly title: string;
  readonly description: string;
  readonly functions: readonly string[];
}

export interface CallbackReport {
  readonly name: CallbackName;
  readonly title: string;
}

export interface SectionReport {
  /** A custom section's own name, otherwise `code`, `data` … */
  readonly name: string;
  readonly isCustom: boolean;
  readonly bytes: number;
}

/** An entry of the `producers` section (WebAssembly tool conventions). */
export interface Producer {
  readonly field: string;
  readonly name: string;
  readonly version: string;
}

/** Something one should know before using the module. */
export interface Finding {
  readonly code: `plugins/module-${string}`;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string | undefined;
  readonly args: Readonly<Record<string, string | number>>;
}
