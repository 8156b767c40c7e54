import { formatPath, isObject, type JsonValue } from '#base/json.ts';
import type { SourceFile } from '#base/source-file.ts';
import { diagnostic } from '../problems.ts';
import type { EnvoyTypes } from '../types.ts';
import { DumpCollector, type SourceRanges } from './collect.ts';
import type { ConfigDump } from './dump.ts';
import { dumpItems } from './items.ts';
import { type JsonRead, type Progress, readJson } from './json-reader.ts';
import { runSteps } from './steps.ts';

/**
 * Reads the configuration of a running proxy: `/config_dump` (also `?include_eds` and `?resource=`), `istioctl proxy-config all` and
 * its lists. A text that was cut is read as far as it goes. Never throws on a bad text.
 */
export function readConfigDump(file: SourceFile, types: EnvoyTypes): ConfigDump {
  return runSteps(readConfigDumpSteps(file, types));
}

/** The same in steps of some milliseconds, for large texts: see `runStepsPolitely`. */
export function* readConfigDumpSteps(file: SourceFile, types: EnvoyTypes): Generator<Progress, ConfigDump> {
  const json = yield* readJson(file.text);
  const dump = yield* collect(json.roots, types, { file: file.name, rangeOf: (value) => json.rangeOf(value) }, file.text.length);
  const problem = stopDiagnostic(file, json);
  return problem === undefined ? dump : { ...dump, diagnostics: [problem, ...dump.diagnostics] };
}

/** The same for data, for example of `istioctl proxy-config … -o yaml`. */
export function readConfigDumpValue(value: JsonValue, types: EnvoyTypes, file = ''): ConfigDump {
  return runSteps(collect([value], types, { file, rangeOf: () => undefined }, 0));
}

function* collect(roots: readonly JsonValue[], types: EnvoyTypes, source: SourceRanges, total: number): Generator<Progress, ConfigDump> {
  const collector = new DumpCollector(types, source);
  let found = false;
  for (const root of roots) {
    for (const item of dumpItems(root)) {
      found = collector.add(item) || found;
      yield { done: source.rangeOf(item.value)?.end ?? 0, total };
    }
  }
  const dump = collector.finish();
  if (found || roots.length === 0) return dump;
  const endpoint = roots.map(otherEndpoint).find((name) => name !== undefined);
  const at = { file: source.file, range: { start: 0, end: 0 } };
  const problem = endpoint === undefined ? diagnostic('envoy/not-a-dump', at) : diagnostic('envoy/other-endpoint', at, { endpoint });
  return { ...dump, diagnostics: [problem, ...dump.diagnostics] };
}

/** Answers of the admin port that people take for the dump. */
function otherEndpoint(root: JsonValue): string | undefined {
  if (!isObject(root)) return undefined;
  if ('cluster_statuses' in root || 'clusterStatuses' in root) return '/clusters';
  if ('listener_statuses' in root || 'listenerStatuses' in root) return '/listeners';
  if ('command_line_options' in root) return '/server_info';
  return 'stats' in root ? '/stats' : undefined;
}

function stopDiagnostic(file: SourceFile, { stop, roots }: JsonRead): ConfigDump['diagnostics'][number] | undefined {
  if (stop === undefined) return undefined;
  const at = { file: file.name, range: { start: Math.min(stop.offset, file.text.length), end: file.text.length } };
  if (stop.kind === 'not-json' || roots.length === 0) return diagnostic('envoy/not-a-dump', { ...at, range: { start: 0, end: 0 } });
  const place = stop.path.length === 0 ? 'the text' : formatPath(stop.path);
  return diagnostic(stop.kind === 'cut' ? 'envoy/dump-cut' : 'envoy/dump-syntax', at, { place });
}
