import type { AbiVersion } from '../abi.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'funcref' | 'externref' | 'other';

export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface Limits {
  /** In pages for memories, in entries for tables. */
  readonly min: number;
  readonly max: number | undefined;
  readonly shared: boolean;
  /** Addresses of 64 bits: no Proxy-Wasm host supports such a memory. */
  readonly wide: boolean;
}

export type ExternKind = 'function' | 'table' | 'memory' | 'global' | 'tag';

export interface ModuleImport {
  readonly module: string;
  readonly name: string;
  readonly kind: ExternKind;
  /** Of functions; undefined when the type section could not be understood. */
  readonly signature?: Signature | undefined;
  /** Of memories and tables. */
  readonly limits?: Limits | undefined;
  /** Of tables. */
  readonly element?: ValueType | undefined;
}

export interface ModuleExport {
  readonly name: string;
  readonly kind: ExternKind;
  readonly signature?: Signature | undefined;
}

export interface ModuleSection {
  readonly id: number;
  /** `type`, `code` …; a custom section's own name. */
  readonly name: string;
  /** Where the section itself begins: the offset of its id. */
  readonly at: number;
  /** Where its contents begin and how many bytes they are (for custom sections behind the name). */
  readonly start: number;
  readonly size: number;
}

/** What a Wasm module's bytes say about it. Plain data. */
export interface ModuleInfo {
  readonly byteLength: number;
  readonly abi: AbiVersion | undefined;
  /** Carries Higress's own marker (and perhaps no standard one). */
  readonly higress: boolean;
  readonly imports: readonly ModuleImport[];
  readonly exports: readonly ModuleExport[];
  readonly sections: readonly ModuleSection[];
  /** Functions with a body in this module. */
  readonly functionCount: number;
  /** Limits of the memory the module declares or imports. */
  readonly memory: Limits | undefined;
}

export function customSection(info: ModuleInfo, name: string): ModuleSection | undefined {
  return info.sections.find((section) => section.id === 0 && section.name === name);
}
