import { readdirSync, readFileSync } from 'node:fs';
import type { JsonValue } from '#base/json.ts';
import { asString, isArray, isObject } from '#base/json.ts';
import type { AbiVersion } from '#proxywasm/abi.ts';
import { WasmResult } from '#proxywasm/abi.ts';
import { callbackNames } from '#proxywasm/guest-exports.ts';
import { vendorFunctions } from '#proxywasm/imports/other.ts';
import { allHostFunctions } from '#proxywasm/imports/table.ts';
import { foreignFunctionNames } from '#simulator/wasm/foreign/foreign-functions.ts';
import { notes } from './notes.ts';

/** Which recorded scenarios show a function, by what it answered (`''` for callbacks). */
type Seen = Map<string, Map<string, Set<string>>>;

const folder = new URL('../envoy/scenarios/', import.meta.url);
const versions: readonly AbiVersion[] = ['0.1.0', '0.2.0', '0.2.1'];
const startFunctions = ['_initialize', '_start', 'main', '__main_void'];

/** What the probes of `conformance/guests/` and the WASI guest log: `get_buffer_bytes 0 0 10 = 0 "…"`, `fd_read(0, 16, 1, 64) = 52`. */
const logged = /^[~?]?(?<name>\w+)(?:\([^)]*\)|(?<rest> .*?)?) = (?<status>\d+)(?: |$)/;

interface Recordings {
  readonly functions: Seen;
  readonly foreign: Seen;
  readonly callbacks: Seen;
  readonly names: ReadonlySet<string>;
}

function readRecordings(): Recordings {
  const functions: Seen = new Map();
  const foreign: Seen = new Map();
  const callbacks: Seen = new Map();
  const names = new Set<string>();
  // Scenarios about other things use plugins too; those about the host are made for this.
  for (const file of readdirSync(folder)
    .filter((name) => name.startsWith('host-'))
    .toSorted()) {
    const name = file.replace(/\.json$/, '');
    names.add(name);
    const walk = (value: JsonValue | undefined, key: string): void => {
      if (key === 'callbacks' && isArray(value))
        for (const call of value) note(callbacks, asString(isArray(call) ? call[0] : undefined) ?? '', '', name);
      else if (key === 'message' && typeof value === 'string') {
        const { name: called = '', rest = '', status = '' } = logged.exec(value)?.groups ?? {};
        if (status !== '') note(functions, called, String(Number(status)), name);
        const [, which = ''] = rest.split(' ');
        if (called === 'call_foreign_function') note(foreign, which, String(Number(status)), name);
      } else if (isArray(value)) for (const item of value) walk(item, '');
      else if (isObject(value)) for (const [inner, item] of Object.entries(value)) walk(item, inner);
    };
    const scenario = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as JsonValue;
    walk(isObject(scenario) ? scenario['expect'] : undefined, '');
  }
  return { functions, foreign, callbacks, names };
}

function note(seen: Seen, called: string, status: string, scenario: string): void {
  const byStatus = seen.get(called) ?? new Map<string, Set<string>>();
  seen.set(called, byStatus);
  byStatus.set(status, (byStatus.get(status) ?? new Set()).add(scenario));
}

const statusNames = new Map(Object.entries(WasmResult).map(([name, code]) => [String(code), name]));

/** `0 Ok: host-a, host-b and 12 more`. */
function examples(scenarios: ReadonlySet<string>, most: number): string {
  const list = [...scenarios];
  const shown = list.slice(0, most).map((name) => `\`${name}\``);
  return list.length > most ? `${shown.join(', ')} and ${list.length - most} more` : shown.join(', ');
}

function cells(name: string, byStatus: ReadonlyMap<string, ReadonlySet<string>> | undefined, word: (status: string) => string): string {
  const { scenarios = [], unchecked, difference } = notes[name] ?? {};
  const parts = [...(byStatus ?? [])]
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .map(([status, found]) => (status === '' ? examples(found, 3) : `${word(status)}: ${examples(found, 1)}`));
  if (scenarios.length > 0) parts.push(scenarios.map((scenario) => `\`${scenario}\``).join(', '));
  if (unchecked !== undefined) parts.push(`none: ${unchecked}`);
  return `${parts.join('<br>')} | ${difference ?? ''}`;
}

/** Functions no scenario shows and no note excuses, and notes that name scenarios which are not there. */
export interface Page {
  readonly text: string;
  readonly missing: readonly string[];
}

/** `docs/host-functions.md`, from the tables of the host and from what the recordings show. */
export function hostFunctionsPage(): Page {
  const { functions, foreign, callbacks, names } = readRecordings();
  const missing: string[] = [];
  const check = (name: string, seen: ReadonlyMap<string, unknown> | undefined): void => {
    const { scenarios = [], unchecked } = notes[name] ?? {};
    if (seen === undefined && scenarios.length === 0 && unchecked === undefined) missing.push(name);
    for (const scenario of scenarios) if (!names.has(scenario)) missing.push(`${name}: no scenario ${scenario}`);
  };
  const wasm = (status: string): string => `${status} ${statusNames.get(status) ?? ''}`.trim();
  const errno = (status: string): string => (status === '0' ? '0 success' : `errno ${status}`);

  const known = new Map<string, { readonly module: string; readonly abi: AbiVersion[] }>();
  for (const abi of versions) {
    for (const [module, name] of allHostFunctions(abi)) {
      const entry = known.get(name) ?? { module, abi: [] };
      known.set(name, { module, abi: [...entry.abi, abi] });
    }
  }
  const rows = (module: string, more: readonly string[], word: (status: string) => string): readonly string[] =>
    [
      ...[...known].filter(([, entry]) => entry.module === module).map(([name, { abi }]) => [name, abi] as const),
      ...more.map((name) => [name, []] as const),
    ].map(([name, abi]) => {
      const seen = functions.get(name.replace(/^proxy_|^envoy_/, '')) ?? functions.get(name);
      check(name, seen);
      const since = abi.length === versions.length ? 'all' : abi.length === 0 ? 'Higress' : abi.join(', ');
      return module === 'env' ? `| ${name} | ${since} | ${cells(name, seen, word)} |` : `| ${name} | ${cells(name, seen, word)} |`;
    });
  const foreignRows = foreignFunctionNames.map((name) => {
    const seen = foreign.get(name);
    check(name, seen);
    return `| ${name} | ${cells(name, seen, wasm)} |`;
  });
  const callbackRows = [...startFunctions, 'proxy_on_memory_allocate, malloc', ...callbackNames].map((name) => {
    const seen = callbacks.get(name);
    check(name, seen);
    return `| ${name} | ${cells(name, seen, wasm)} |`;
  });
  const text = `# Host functions and callbacks

What a Proxy-Wasm guest may import and export here, and which scenarios recorded from a real Envoy 1.40 check it (\`conformance/envoy/scenarios/\`, run by
\`npm test\`). Made by \`node conformance/host-functions/write.mjs\` from the host's own tables and the recordings; a test says when it is not current, or when a
function has neither a scenario nor a reason. Each status a recording has seen stands with one scenario; *differences* are to Envoy.

## Host functions

Import module \`env\`. Functions of a phase they are not permitted in end the VM, a capability that is not granted gives 10 InternalFailure
(\`host-start-restricted-functions\`); every pointer and length is checked (6 InvalidMemoryAccess).

| function | ABI | statuses checked | differences |
| --- | --- | --- | --- |
${rows('env', Object.keys(vendorFunctions), wasm).join('\n')}

## Foreign functions

Called by name with \`proxy_call_foreign_function\`; an unknown name gives 1 NotFound (\`host-foreign-unknown\`).

| function | statuses checked | differences |
| --- | --- | --- |
${foreignRows.join('\n')}

## Callbacks

Traps in each of them are in \`host-trap-*\`, with FAIL_CLOSED, FAIL_OPEN and \`fail_open\`, with other plugins of the VM and on connections; FAIL_RELOAD and its
backoff in \`host-reload-*\` and \`host-tcp-reload\`; exports of wrong type in \`host-module-wat-callback-*\`.

| callback | scenarios | differences |
| --- | --- | --- |
${callbackRows.join('\n')}

## WASI

Import modules \`wasi_unstable\` and \`wasi_snapshot_preview1\`; the numbers are WASI's errno.

| function | results checked | differences |
| --- | --- | --- |
${rows('wasi_snapshot_preview1', [], errno).join('\n')}
`;
  return { text, missing };
}
