import type { Failure, Result } from '#base/result.ts';
import { ok } from '#base/result.ts';
import type { AbiVersion } from '#proxywasm/abi.ts';
import { maxMemoryBytes, pageBytes } from '#proxywasm/abi.ts';
import { resolveExports } from '#proxywasm/guest-exports.ts';
import { signatureOf } from '#proxywasm/imports/host-function.ts';
import { findHostFunction } from '#proxywasm/imports/table.ts';
import type { Limits, ModuleImport, ModuleInfo } from '#proxywasm/module/module-info.ts';
import { customSection } from '#proxywasm/module/module-info.ts';
import { parseModule } from '#proxywasm/module/parse-module.ts';
import { printSignature, sameSignature } from '#proxywasm/module/signature.ts';
import { sha256 } from '../sha256.ts';
import { callbackTitles, isCallback, plumbing } from './callbacks.ts';
import { capabilitiesOf } from './capabilities.ts';
import { examine } from './examine.ts';
import { guessSdk } from './guess-sdk.ts';
import type { ImportReport, ModuleReport } from './module-report.ts';
import { readProducers } from './producers.ts';

/** The newest ABI: what a module without a marker is measured against. */
const newestAbi: AbiVersion = '0.2.1';

/**
 * What a module's bytes tell: ABI, who built it, what it needs from the proxy, what it implements, and what will go wrong. Fails
 * only for bytes that are no core Wasm module at all.
 */
export function inspectModule(bytes: Uint8Array): Result<ModuleReport, Failure> {
  const parsed = parseModule(bytes);
  if (!parsed.ok) return parsed;
  const info = parsed.value;
  const abi = info.abi ?? newestAbi;
  const section = customSection(info, 'producers');
  const producers = section === undefined ? [] : readProducers(bytes.subarray(section.start, section.start + section.size));
  const data = dataText(bytes, info);
  const imports = info.imports.map((item) => importReport(item, abi));
  const functions = info.exports.filter(({ kind }) => kind === 'function').map(({ name }) => name);
  // Types only: nothing is called, so there need be no instance behind the exports.
  const { errors } = resolveExports(info, {}, abi, () => true);
  const code = info.sections.find(({ id }) => id === 10)?.size ?? 0;
  const facts = {
    byteLength: bytes.length,
    sha256: sha256(bytes),
    abi: info.abi,
    sdk: guessSdk({ info, producers, data }),
    kinds: kindsOf(functions),
    imports,
    capabilities: capabilitiesOf([...new Set(imports.filter(({ kind }) => kind === 'function').map(({ name }) => name))]),
    callbacks: functions.filter(isCallback).map((name) => ({ name, title: callbackTitles[name] })),
    otherExports: functions.filter((name) => !isCallback(name) && !plumbing.has(name) && !name.startsWith('proxy_abi_version_')),
    start: (['_initialize', '_start'] as const).find((name) => functions.includes(name)),
    allocator: (['malloc', 'proxy_on_memory_allocate'] as const).find((name) => functions.includes(name)),
    memory: info.memory === undefined ? undefined : memoryReport(info.memory),
    functionCount: info.functionCount,
    sections: info.sections.map(({ id, name, size }) => ({ name, isCustom: id === 0, bytes: size })),
    producers,
    envoyStart: startEstimate(code),
  };
  const findings = examine({
    ...facts,
    isVendor: info.higress,
    exportProblems: errors.filter(({ reason }) => reason === 'export-type').map(({ message }) => message),
    memoryProblem: memoryProblem(info.memory),
    buildPath: /\/(?:home|Users|root|builds|workspace)\/[\w.@-]+\/[\w./@-]*/.exec(data)?.[0],
  });
  return ok({ ...facts, findings });
}

function importReport({ module, name, kind, signature }: ModuleImport, abi: AbiVersion): ImportReport {
  const base = { module, name, kind, signature: signature === undefined ? undefined : printSignature(signature) };
  // A memory or table is made by the host; a global it does not have (cpp-host `src/v8/v8.cc` `V8::link`).
  if (kind === 'memory' || kind === 'table') return { ...base, status: 'provided' };
  const own = kind === 'function' ? findHostFunction(abi, false, module, name) : undefined;
  if (own === undefined) {
    const isVendor = kind === 'function' && findHostFunction(abi, true, module, name) !== undefined;
    return { ...base, status: isVendor ? 'vendor' : 'missing' };
  }
  const wanted = signatureOf(own);
  if (signature === undefined || sameSignature(signature, wanted)) return { ...base, status: 'provided' };
  return { ...base, status: 'mismatch', expected: printSignature(wanted) };
}

function kindsOf(functions: readonly string[]): ModuleReport['kinds'] {
  const isHttp = functions.some((name) => /^proxy_on_(request_|response_|log$)/.test(name));
  const isNetwork = functions.some((name) => /^proxy_on_(new_connection|(downstream|upstream)_)/.test(name));
  const isService = functions.some((name) => /^proxy_on_(tick|queue_ready|configure|vm_start)$/.test(name));
  if (isHttp || isNetwork) return [...(isHttp ? (['http'] as const) : []), ...(isNetwork ? (['network'] as const) : [])];
  return isService ? ['service'] : [];
}

function memoryReport({ min, max }: Limits): { readonly initialBytes: number; readonly maxBytes: number | undefined } {
  return { initialBytes: min * pageBytes, maxBytes: max === undefined ? undefined : max * pageBytes };
}

function memoryProblem(memory: Limits | undefined): string | undefined {
  if (memory === undefined) return 'it has no memory';
  if (memory.wide) return 'it uses a 64-bit memory';
  if (memory.shared) return 'it uses a shared memory (threads)';
  return memory.min * pageBytes > maxMemoryBytes ? `it asks for ${memory.min / 16} MiB of memory at the start` : undefined;
}

/** Long texts of one byte a character; nothing beyond is needed to recognise a compiler. */
const maxDataText = 16 << 20;

function dataText(bytes: Uint8Array, info: ModuleInfo): string {
  const section = info.sections.find(({ id }) => id === 11);
  if (section === undefined) return '';
  const end = Math.min(section.start + section.size, section.start + maxDataText);
  return new TextDecoder('latin1').decode(bytes.subarray(section.start, end));
}

/**
 * Envoy compiles the whole code section with V8's optimising compiler before it is ready. Measured in Envoy 1.40 on two cores
 * (2.6 GHz) with modules of 15 KB to 4 MB in five languages: 0.7 ms for each KB of code, 1.4 ms of processor time.
 */
function startEstimate(codeBytes: number): ModuleReport['envoyStart'] {
  const kilobytes = codeBytes / 1000;
  return { milliseconds: Math.round(kilobytes * 0.7), cpuMilliseconds: Math.round(kilobytes * 1.4) };
}
