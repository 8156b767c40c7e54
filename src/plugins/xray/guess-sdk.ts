import type { ModuleInfo } from '#proxywasm/module/module-info.ts';
import type { Producer, SdkGuess } from './module-report.ts';

/** What the guess is made from. */
export interface Traces {
  readonly info: ModuleInfo;
  readonly producers: readonly Producer[];
  /** The data section as one byte a character: compilers leave their names in texts of the runtime. */
  readonly data: string;
}

/** Evidence for one language, strongest first. Each looks at one trace. */
type Clue = (traces: Traces) => Partial<SdkGuess> | undefined;

const text =
  (pattern: RegExp, found: (match: RegExpExecArray) => Partial<SdkGuess>): Clue =>
  ({ data }) => {
    const match = pattern.exec(data);
    return match === null ? undefined : { evidence: [`text “${match[0].replaceAll('\0', '')}”`], ...found(match) };
  };

const exported =
  (names: readonly string[], found: Partial<SdkGuess>): Clue =>
  ({ info }) =>
    names.every((name) => info.exports.some((item) => item.name === name))
      ? { evidence: [`exports ${names.join(', ')}`], ...found }
      : undefined;

const producer =
  (field: string, pattern: RegExp, found: (name: string, version: string) => Partial<SdkGuess>): Clue =>
  ({ producers }) => {
    const entry = producers.find((item) => item.field === field && pattern.test(item.name));
    return entry === undefined
      ? undefined
      : { evidence: [`producers: ${entry.name} ${entry.version}`.trim()], ...found(entry.name, entry.version) };
  };

/**
 * Clues in order of trust: what tools write on purpose, then what runtimes cannot hide (source paths in panics, AssemblyScript's
 * UTF-16 library names, Go's build information), then habits of linkers.
 */
const clues: readonly Clue[] = [
  producer('processed-by', /^TinyGo/i, (name, version) => ({ language: 'tinygo', compiler: `${name} ${version}`.trim() })),
  producer('processed-by', /^Go cmd/, (_, version) => ({ language: 'go', compiler: version.replace(/^go/, 'Go ') })),
  producer('language', /^Rust$/, () => ({ language: 'rust' })),
  producer('processed-by', /^rustc$/, (_, version) => ({ language: 'rust', compiler: `rustc ${version}` })),
  producer('language', /^C_plus_plus/, () => ({ language: 'cpp' })),
  producer('language', /^C(\d\d)?$/, () => ({ language: 'c' })),
  text(/proxy-wasm-(\d+\.\d+\.\d+)/, ([, version]) => ({ language: 'rust', sdk: `proxy-wasm ${version} (Rust)` })),
  text(/\/rustc\/[0-9a-f]{8}|called `Option::unwrap\(\)` on a `None` value/, () => ({ language: 'rust' })),
  // The libraries' names lie as UTF-16 in memory.
  text(/~\0l\0i\0b\0\/\0/, () => ({ language: 'assemblyscript' })),
  exported(['proxy_on_grpc_trailing_metadata', 'malloc', '_start'], {
    language: 'assemblyscript',
    sdk: 'AssemblyScript SDK (solo.io and its forks)',
  }),
  text(/proxy-wasm-go-sdk|proxywasm\/internal/, () => ({ sdk: 'proxy-wasm-go-sdk' })),
  text(/\xff Go buildinf:/, () => ({ language: 'go' })),
  exported(['malloc', 'free', 'calloc', 'realloc', '_start'], { language: 'tinygo' }),
  exported(['emscripten_stack_get_current'], { language: 'cpp', compiler: 'Emscripten' }),
  text(/no RootFactory registered|Missing RootFactory|12RootContext|11RootContext/, () => ({ language: 'cpp', sdk: 'proxy-wasm-cpp-sdk' })),
  text(/bad_alloc|libc\+\+|basic_string/, () => ({ language: 'cpp' })),
  text(/reached unreachable code\0.*zig|zig-cache|std\.builtin/, () => ({ language: 'zig' })),
];

/** Who built the module and with what, as far as it shows; nothing is certain in a stripped module. */
export function guessSdk(traces: Traces): SdkGuess {
  const found = clues.flatMap((clue) => clue(traces) ?? []);
  const language = found.find((guess) => guess.language !== undefined)?.language;
  const agreeing = found.filter((guess) => guess.language === undefined || guess.language === language);
  return {
    language,
    compiler: agreeing.find((guess) => guess.compiler !== undefined)?.compiler,
    sdk: agreeing.find((guess) => guess.sdk !== undefined)?.sdk,
    evidence: [...new Set(agreeing.flatMap((guess) => guess.evidence ?? []))],
  };
}
