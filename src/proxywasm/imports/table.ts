import type { AbiVersion } from '../abi.ts';
import { wasiFunctions } from '../wasi/table.ts';
import { bufferFunctions } from './buffers.ts';
import { callFunctions } from './calls.ts';
import { generalFunctions, generalFunctions010, generalFunctions021 } from './general.ts';
import { headerMapFunctions } from './header-maps.ts';
import type { HostFunction } from './host-function.ts';
import { metricFunctions } from './metrics.ts';
import { toolchainFunctions, vendorFunctions } from './other.ts';
import { propertyFunctions } from './properties.ts';
import { sharedFunctions } from './shared.ts';
import { streamFunctions, streamFunctions010, streamFunctions020 } from './streams.ts';

const everyVersion = {
  ...generalFunctions,
  ...propertyFunctions,
  ...headerMapFunctions,
  ...bufferFunctions,
  ...streamFunctions,
  ...sharedFunctions,
  ...metricFunctions,
  ...callFunctions,
  ...toolchainFunctions,
};

/** Import module `env` by ABI version; a function its own version lacks is a missing import for a module. */
const env: Readonly<Record<AbiVersion, Readonly<Record<string, HostFunction>>>> = {
  '0.1.0': { ...everyVersion, ...generalFunctions010, ...streamFunctions010 },
  '0.2.0': { ...everyVersion, ...streamFunctions020 },
  '0.2.1': { ...everyVersion, ...streamFunctions020, ...generalFunctions021 },
};

/** Both generations of WASI's name mean the same functions. */
const wasiModules = new Set(['wasi_unstable', 'wasi_snapshot_preview1']);

export function isWasi(module: string): boolean {
  return wasiModules.has(module);
}

/** The function behind an import, or undefined when there is none. */
export function findHostFunction(abi: AbiVersion, vendor: boolean, module: string, name: string): HostFunction | undefined {
  if (isWasi(module)) return own(wasiFunctions, name);
  if (module !== 'env') return undefined;
  return own(env[abi], name) ?? (vendor ? own(vendorFunctions, name) : undefined);
}

/** Every host function there is, for documentation and tests. */
export function allHostFunctions(abi: AbiVersion): readonly (readonly [module: string, name: string, fn: HostFunction])[] {
  const list = (module: string, table: Readonly<Record<string, HostFunction>>): (readonly [string, string, HostFunction])[] =>
    Object.entries(table).map(([name, fn]) => [module, name, fn] as const);
  return [...list('env', env[abi]), ...list('wasi_snapshot_preview1', wasiFunctions)];
}

function own(table: Readonly<Record<string, HostFunction>>, name: string): HostFunction | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
