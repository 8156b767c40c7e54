import { attributegen } from './entries/attributegen.ts';
import { basicAuth } from './entries/basic-auth.ts';
import { bodyRewrite } from './entries/body-rewrite.ts';
import { coraza } from './entries/coraza.ts';
import { envoyExample } from './entries/envoy-example.ts';
import { goHeaders } from './entries/go-headers.ts';
import { helloHeaders } from './entries/hello-headers.ts';
import { istioBasicAuth } from './entries/istio-basic-auth.ts';
import { istioLocalRateLimit } from './entries/istio-local-rate-limit.ts';
import { istioOpenPolicyAgent } from './entries/istio-open-policy-agent.ts';
import { kuadrantWasmShim } from './entries/kuadrant-wasm-shim.ts';
import { lineGuard } from './entries/line-guard.ts';
import { pathGuard } from './entries/path-guard.ts';
import { printProperties } from './entries/print-properties.ts';
import { regexReplace } from './entries/regex-replace.ts';
import { requestStats } from './entries/request-stats.ts';
import { sablier } from './entries/sablier.ts';
import { threescaleWasmAuth } from './entries/threescale-wasm-auth.ts';
import { wasmOidcPlugin } from './entries/wasm-oidc-plugin.ts';
import type { CatalogueEntry } from './entry.ts';

/** Every plugin one can drop, our runnable samples first, then published ones. To add one: a file in `entries/` and its name here. */
export const catalogue: readonly CatalogueEntry[] = [
  regexReplace,
  basicAuth,
  helloHeaders,
  bodyRewrite,
  requestStats,
  pathGuard,
  goHeaders,
  lineGuard,
  coraza,
  istioBasicAuth,
  istioLocalRateLimit,
  istioOpenPolicyAgent,
  attributegen,
  kuadrantWasmShim,
  threescaleWasmAuth,
  wasmOidcPlugin,
  sablier,
  printProperties,
  envoyExample,
];
