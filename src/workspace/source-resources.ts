import type { Diagnostic } from '#base/diagnostic.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { resourcesOfConfiguration } from '#istio/export/importers/configuration/from-configuration.ts';
import { workloadOfConfiguration } from '#istio/export/importers/configuration/workload.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import type { ProxySource } from './proxy-source.ts';

/** Resources made of a saved configuration, before they are added to the workspace. */
export interface SourceResources {
  /** WasmPlugins, TrafficExtensions and EnvoyFilters as YAML; empty when there is nothing to make. */
  readonly yaml: string;
  readonly fileName: string;
  /** A stand-in for the workload, so that the chain can be built and compared: YAML, or empty. */
  readonly workload: string;
  readonly workloadFile: string;
  /** What could not be told. */
  readonly diagnostics: readonly Diagnostic[];
}

export function resourcesOfSource(source: ProxySource, types: EnvoyTypes | undefined): SourceResources {
  const { proxy, output } = source;
  // What Envoy refused is what istiod sent: it is made again too, unless an accepted version of it is there.
  const listeners = (output?.listeners ?? []).filter(({ name }) => !/ \((warming|draining)\)| #\d+$/.test(name));
  const { documents, diagnostics } = resourcesOfConfiguration({ listeners, extensions: output?.extensions ?? [], proxy, types });
  const workload = workloadOfConfiguration({ listeners, proxy });
  const stem = proxy.name === '' ? 'proxy' : proxy.name;
  return {
    yaml: documents.length === 0 ? '' : stringifyDocuments(documents),
    fileName: `${stem}-resources.yaml`,
    workload: workload.length === 0 ? '' : `${standIn}${stringifyDocuments(workload)}`,
    workloadFile: `${stem}-workload.yaml`,
    diagnostics,
  };
}

const standIn =
  '# Stands for the workload of the saved configuration, so that its chain can be built here. Do not apply it to a cluster.\n';
