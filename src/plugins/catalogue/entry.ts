import type { JsonObject } from '#base/json.ts';

/** Istio's `PluginPhase` (istio/api extensions/v1alpha1/wasm.proto). */
export type PluginPhase = 'UNSPECIFIED_PHASE' | 'AUTHN' | 'AUTHZ' | 'STATS';

/** Istio's `PluginType`, as far as a filter chain can hold it. */
export type PluginType = 'HTTP' | 'NETWORK';

export type SourceLanguage = 'rust' | 'go' | 'tinygo' | 'cpp' | 'assemblyscript' | 'c';

export type PluginCategory =
  | 'authentication'
  | 'authorization'
  | 'security'
  | 'traffic'
  | 'transformation'
  | 'observability'
  | 'ai'
  | 'example';

/** A plugin one can drop into a chain: who made it, where its module is, how it is configured. */
export interface CatalogueEntry {
  /** Unique in the catalogue and a legal Kubernetes name: becomes `metadata.name` of a fresh WasmPlugin. */
  readonly name: string;
  readonly title: string;
  /** One sentence, for lists. */
  readonly summary: string;
  readonly author: string;
  /** SPDX identifier. */
  readonly licence: string;
  readonly language: SourceLanguage;
  readonly category: PluginCategory;
  readonly homepage?: string | undefined;
  readonly type: PluginType;
  /** Where a fresh drop goes when the user names no slot. */
  readonly phase: PluginPhase;
  readonly priority?: number | undefined;
  /** `spec.url` of a fresh WasmPlugin. */
  readonly url: string;
  /** `spec.pluginName` (root id) the module insists on. */
  readonly pluginName?: string | undefined;
  /** The module itself when it comes with the app; otherwise users drop the `.wasm`. */
  readonly module?: ModuleAsset | undefined;
  /** JSON Schema of `spec.pluginConfig`; without one the form follows the existing configuration. */
  readonly configSchema?: JsonObject | undefined;
  /** `spec.pluginConfig` of a fresh drop: legal under the schema and worth sending a request through. */
  readonly defaultConfig: JsonObject;
  readonly requests: readonly ExampleRequest[];
  /** For network plugins: connections that show them at work. */
  readonly conversations?: readonly ExampleConversation[] | undefined;
  /** Markdown: what it does, field by field where that helps, what to watch out for. */
  readonly documentation: string;
}

export interface ModuleAsset {
  /** Relative to the page: `plugins/<name>/<name>.wasm`. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A request that shows the plugin with its default configuration at work. */
export interface ExampleRequest {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string | undefined;
}

/** A connection that shows a network plugin with its default configuration at work; steps as in `docs/scenario-format.md`. */
export interface ExampleConversation {
  readonly title: string;
  readonly steps: readonly JsonObject[];
}
