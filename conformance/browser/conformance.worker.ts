import type { Result } from '#base/result.ts';
import { inflate } from '#envoy/docs.ts';
import { loadEnvoyTypes } from '#envoy/registry.ts';
import type { PluginFailure } from '#proxywasm/failures.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import { moduleFiles } from '#simulator/scenario/module-files.ts';
import { readScenario } from '#simulator/scenario/read-scenario.ts';
import { runScenario } from '#simulator/scenario/run-scenario.ts';

/** Runs recorded scenarios in a worker of a browser: asked with the urls of descriptors and scenarios, answers with what differs. */
export interface Ask {
  readonly descriptors: string;
  readonly scenarios: readonly string[];
}

export interface Verdict {
  readonly scenario: string;
  /** Of the differences to the recording, or what went wrong. */
  readonly differences: readonly string[];
}

const modules = new Map<string, Promise<Result<WasmCode, PluginFailure> | undefined>>();

async function bytesOf(url: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await fetch(url);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
}

async function load(url: string): Promise<Result<WasmCode, PluginFailure> | undefined> {
  const bytes = await bytesOf(url);
  return bytes === undefined ? undefined : loadModule(bytes);
}

async function run(url: string, types: ReturnType<typeof loadEnvoyTypes>): Promise<readonly string[]> {
  const scenario = readScenario(new TextDecoder().decode(await bytesOf(url)));
  if (!scenario.ok) return [scenario.error.message];
  const loaded = new Map<string, Result<WasmCode, PluginFailure> | undefined>();
  for (const file of moduleFiles(scenario.value)) {
    const at = new URL(file, url).href;
    const code = modules.get(at) ?? load(at);
    modules.set(at, code);
    loaded.set(file, await code);
  }
  const { differences } = await runScenario(scenario.value, {
    types,
    loadModule: (source) => (source.kind === 'file' ? loaded.get(source.filename) : undefined),
  });
  return differences.map(({ path, expected, observed }) => `${path}: ${JSON.stringify(expected)} became ${JSON.stringify(observed)}`);
}

async function verdictsOf({ descriptors, scenarios }: Ask): Promise<readonly Verdict[]> {
  const types = loadEnvoyTypes(await inflate((await bytesOf(descriptors)) ?? new Uint8Array(0)));
  const verdicts: Verdict[] = [];
  for (const scenario of scenarios) {
    const differences = await run(scenario, types).catch((error: unknown) => [String(error)]);
    verdicts.push({ scenario, differences });
  }
  return verdicts;
}

self.onmessage = ({ data }: MessageEvent<Ask>) => {
  // A rejection inside a worker is no event for the page: it would wait for ever.
  void verdictsOf(data)
    .catch((error: unknown): readonly Verdict[] => [{ scenario: data.descriptors, differences: [String(error)] }])
    .then((verdicts) => self.postMessage(verdicts));
};
