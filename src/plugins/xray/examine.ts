import type { FindingCode } from './findings.ts';
import { finding } from './findings.ts';
import { missingImportHelp } from './missing-imports.ts';
import type { Finding, ModuleReport } from './module-report.ts';

/** A report but for its findings, and what only they need. */
export type Facts = Omit<ModuleReport, 'findings'> & {
  /** Carries Higress's marker. */
  readonly isVendor: boolean;
  /** What a host says of exports of the wrong type, in Envoy's words. */
  readonly exportProblems: readonly string[];
  readonly memoryProblem: string | undefined;
  /** A path of the builder's machine found in the module. */
  readonly buildPath: string | undefined;
};

const slowStartMs = 500;
const smallDebugShare = 0.1;

/** What one should know about a module: first why a proxy would refuse it, then what will surprise. */
export function examine(facts: Facts): readonly Finding[] {
  return [...refusals(facts), ...surprises(facts)];
}

function refusals({ abi, isVendor, imports, exportProblems, allocator, memoryProblem }: Facts): readonly Finding[] {
  const marker: readonly FindingCode[] = abi !== undefined ? [] : [isVendor ? 'vendor-abi' : 'no-abi'];
  const links = imports.flatMap(({ module, name, status, signature = 'unknown', expected = 'unknown' }): readonly Finding[] => {
    if (status === 'provided') return [];
    const args = { import: `${module}.${name}` };
    return [
      status === 'mismatch'
        ? finding('import-type', { ...args, actual: signature, expected })
        : finding('missing-import', args, missingImportHelp(module, name)),
    ];
  });
  return [
    ...marker.map((code) => finding(code)),
    ...links,
    ...exportProblems.map((problem) => finding('export-type', { problem })),
    ...(allocator === undefined ? [finding('no-allocator')] : []),
    ...(memoryProblem === undefined ? [] : [finding('memory', { problem: memoryProblem })]),
  ];
}

function surprises(facts: Facts): readonly Finding[] {
  const { abi, sdk, kinds, sections, byteLength, envoyStart, otherExports, buildPath } = facts;
  const found: Finding[] = [];
  if (!kinds.includes('http') && !kinds.includes('network')) found.push(finding('no-streams'));
  const isAssemblyScriptSdk = sdk.language === 'assemblyscript' && sdk.sdk !== undefined;
  if (isAssemblyScriptSdk) found.push(finding('shared-root-context'), finding('aborts-on-done'));
  if (sdk.language === 'go') found.push(finding('go-runtime'));
  if (envoyStart.milliseconds >= slowStartMs) {
    const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);
    found.push(finding('slow-start', { seconds: seconds(envoyStart.milliseconds), cpuSeconds: seconds(envoyStart.cpuMilliseconds) }));
  }
  const debug = sections
    .filter(({ name, isCustom }) => isCustom && (name === 'name' || name.startsWith('.debug')))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  if (debug > byteLength * smallDebugShare) found.push(finding('debug-information', { bytes: debug, total: byteLength }));
  if (buildPath !== undefined) found.push(finding('build-paths', { path: buildPath }));
  for (const name of otherExports.filter((item) => item.startsWith('proxy_on_'))) found.push(finding('never-called', { export: name }));
  if (abi === '0.1.0') found.push(finding('abi-0-1-0'));
  if (sdk.sdk?.includes('(Rust)') === true) found.push(finding('rust-imports'));
  return found;
}
