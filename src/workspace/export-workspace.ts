import type { Diagnostic } from '#base/diagnostic.ts';
import type { ExportedFolder } from '#istio/export/kustomize/folder.ts';
import { kustomizeFolder } from '#istio/export/kustomize/folder.ts';
import type { ExportTarget } from '#istio/export/export.ts';
import { exportDesign } from '#istio/export/export.ts';
import type { ShellCommand } from '#istio/export/kubectl.ts';
import { kubectlCommands } from '#istio/export/kubectl.ts';
import { minorOf } from '#istio/minors.ts';
import { sameRef } from '#envoy/provenance.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import type { Workspace } from './workspace.ts';

/** What the export dialog shows: the text to take home, what to run with it, and what it cannot say. */
export interface ExportText {
  readonly yaml: string;
  readonly fileName: string;
  readonly commands: readonly ShellCommand[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ExportChoice {
  readonly target: ExportTarget;
  /** How Wasm filters are written inside an EnvoyFilter. */
  readonly form: 'typed-config' | 'typed-struct';
  /** All plugins of the workspace, or those of the chain in view. */
  readonly scope: 'workspace' | 'chain';
}

/** The plugins of the workspace in the form of `target`. Pure but for reading the stores. */
export function exportWorkspace(workspace: Workspace, choice: ExportChoice): ExportText {
  const { resources, proxy, mesh, lane } = workspace.design.getState();
  const { istio } = workspace.view.getState();
  const minor = minorOf(istio);
  const inChain = resources.filter((resource) =>
    [...(lane?.rows ?? []), ...(lane?.networkFilters ?? [])].some((row) => sameRef(row.resource, resource)),
  );
  const chosen = choice.scope === 'chain' ? inChain : resources;
  const { documents, diagnostics } = exportDesign(choice.target, {
    resources: chosen,
    minor,
    proxy,
    listeners: mesh?.listeners,
    extensions: mesh?.extensions,
    types: workspace.vocabulary.getState().types,
    options: { form: choice.form },
  });
  const yaml = stringifyDocuments(documents);
  const isKubernetes = choice.target !== 'envoy';
  return {
    yaml,
    fileName: fileNames[choice.target],
    commands: isKubernetes && documents.length > 0 ? kubectlCommands({ documents, yaml, proxy }) : [],
    diagnostics,
  };
}

const fileNames: Readonly<Record<ExportTarget, string>> = {
  wasmplugin: 'wasmplugins.yaml',
  trafficextension: 'trafficextensions.yaml',
  envoyfilter: 'envoyfilters.yaml',
  envoyextensionpolicy: 'envoyextensionpolicies.yaml',
  higress: 'higress-wasmplugins.yaml',
  envoy: 'envoy.yaml',
};

/** The whole workspace as a folder for `kubectl apply -k`, as it would be zipped; modules come on top. */
export function exportFolder(workspace: Workspace): ExportedFolder {
  return kustomizeFolder(workspace.document.getState().document.files);
}
