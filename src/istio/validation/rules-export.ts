import type { Rule } from './rules.ts';

/** What an export cannot keep. */
export const exportRules = {
  'istio/export-unreadable': {
    severity: 'error',
    message: '{resource} cannot be exported: {why}',
    help: 'Mend the resource first; istiod makes nothing of it either.',
  },
  'istio/export-loss': {
    severity: 'warning',
    message: '{target} cannot say {what} of {resource}.',
    help: '{why}',
  },
  'istio/export-needs-1.30': {
    severity: 'error',
    message: 'Istio {minor} does not know TrafficExtension.',
    help: 'TrafficExtension came with 1.30. WasmPlugin works on every version.',
  },
  'istio/export-builtin-left-out': {
    severity: 'info',
    message: 'The built-in filter {filter} is left out of the Envoy configuration.',
    help: "It belongs to Istio's own build of Envoy, or has no configuration outside istiod.",
  },
  'istio/export-module-file': {
    severity: 'info',
    message: 'The module {url} is expected as the file {file}.',
    help: 'Envoy alone does not pull images. Put the module there, or change the filename.',
  },
  'istio/export-cluster-stand-in': {
    severity: 'info',
    message: 'The cluster {cluster} is written with the address 127.0.0.1:{port}.',
    help: 'A filter calls it. Fill in the address of the real service.',
  },
  'istio/import-loss': {
    severity: 'warning',
    message: 'A plugin cannot say {what} of {resource}.',
    help: '{why}',
  },
  'istio/import-no-module': {
    severity: 'warning',
    message: 'The configuration does not say what module {resource} runs.',
    help: 'A config_dump has it among its extension configurations (EcdsConfigDump); a list of listeners has not.',
  },
  'istio/import-no-target': {
    severity: 'warning',
    message: 'The configuration does not say which workload it is of, so what is made of it selects all of its namespace.',
    help: 'A whole config_dump has the labels of the pod. Add a selector, or targetRefs for a waypoint.',
  },
  'istio/import-policies': {
    severity: 'info',
    message: '{filters}: made of {kinds}, which are not made again.',
    help: 'Envoy has the result of all policies together. Add the policies themselves.',
  },
  'istio/import-only-filters': {
    severity: 'info',
    message: 'Inserted filters are all that is made again.',
    help: 'Fields that patches changed, routes and clusters cannot be told from what istiod makes. Compare the two configurations to see what is left.',
  },
  'istio/import-nothing': {
    severity: 'info',
    message: '{resource} has no Wasm or Lua filter to make a plugin of.',
    help: 'Only patches that put in a Wasm or Lua filter become plugins.',
  },
  'istio/kustomize-not-listed': {
    severity: 'info',
    message: '{file} holds no Kubernetes object and is kept under other/.',
    help: 'kustomization.yaml does not list it.',
  },
  'istio/kustomize-left-out': {
    severity: 'info',
    message: '{resource} is left out: it has an owner that makes it.',
    help: 'Pods come from their Deployment, and so on. Take ownerReferences away to keep it.',
  },
  'istio/kustomize-broken': {
    severity: 'error',
    message: 'A part of {file} does not parse, so kustomize would refuse the folder.',
    help: 'Mend the text first: the marker shows where.',
  },
  'istio/kustomize-repeated': {
    severity: 'error',
    message: '{resource} stands twice; the first is in {file}. kustomize refuses the second.',
    help: 'Remove or rename one of them.',
  },
} as const satisfies Readonly<Record<string, Rule>>;
