import { err, ok, type Result } from '#base/result.ts';
import { WasmResult } from './abi.ts';
import { notInitialized, pluginFailure, type PluginFailure } from './failures.ts';
import { signatureOf, type HostFunction, type ImportFunction } from './imports/host-function.ts';
import { findHostFunction, isWasi } from './imports/table.ts';
import { traced } from './imports/traced.ts';
import { maxPages } from './module/limit-memory.ts';
import type { ModuleImport } from './module/module-info.ts';
import { printSignature, sameSignature } from './module/signature.ts';
import type { Vm } from './vm.ts';
import { Errno } from './wasi/errno.ts';

export interface Linked {
  readonly imports: WebAssembly.Imports;
  /** The memory the module imports: made by the host. */
  readonly memory: WebAssembly.Memory | undefined;
}

/** Gives a module its imports, or the reason why one cannot be given, in cpp-host's words (`src/v8/v8.cc` `V8::link`). */
export function linkImports(vm: Vm): Result<Linked, PluginFailure> {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  let memory: WebAssembly.Memory | undefined;
  for (const item of vm.code.info.imports) {
    const { module, name } = item;
    let value: WebAssembly.ImportValue;
    if (item.kind === 'function') {
      const found = findHostFunction(vm.abi, vm.settings.vendorFunctions === true, module, name);
      if (found === undefined) return missing(item);
      const want = item.signature;
      if (want === undefined || !sameSignature(want, signatureOf(found))) return mismatch(item, found);
      value = bind(vm, module, name, found);
    } else if (item.kind === 'memory') {
      const { min = 0, max = maxPages } = item.limits ?? {};
      value = memory = new WebAssembly.Memory({ initial: min, maximum: Math.min(max, maxPages) });
    } else if (item.kind === 'table') {
      const { min = 0, max } = item.limits ?? {};
      const element = item.element === 'externref' ? 'externref' : 'anyfunc';
      value = new WebAssembly.Table(max === undefined ? { element, initial: min } : { element, initial: min, maximum: max });
    } else return missing(item);
    (imports[module] ??= {})[name] = value;
  }
  return ok({ imports, memory });
}

function bind(vm: Vm, module: string, name: string, fn: HostFunction): ImportFunction {
  const restricted = (isWasi(module) || name.startsWith('proxy_')) && !vm.allows(name);
  const call = restricted ? refused(vm, module, name) : fn.make(vm);
  return vm.host.trace === undefined ? call : traced(vm, name, fn, call);
}

/** A capability that the configuration does not grant (cpp-host `include/proxy-wasm/exports.h`, the stubs). */
function refused(vm: Vm, module: string, name: string): ImportFunction {
  const [kind, status] = isWasi(module) ? ['WASI', Errno.Notcapable] : ['proxy-wasm', WasmResult.InternalFailure];
  return () => {
    vm.hostLog(`Attempted call to restricted ${kind} capability: ${name}`);
    return status;
  };
}

function missing({ module, name }: ModuleImport): Result<never, PluginFailure> {
  const message = `Failed to load Wasm module due to a missing import: ${module}.${name}`;
  return err(pluginFailure('missing-import', message, [message, notInitialized]));
}

function mismatch({ module, name, signature }: ModuleImport, fn: HostFunction): Result<never, PluginFailure> {
  const types = `want: ${printSignature(signature)}, but host exports: ${printSignature(signatureOf(fn))}`;
  const message = `Failed to load Wasm module due to an import type mismatch: ${module}.${name}, ${types}`;
  return err(pluginFailure('import-type', message, [message, notInitialized]));
}
