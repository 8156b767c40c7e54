import type { JsonObject, JsonValue } from '#base/json.ts';

/** The test-case format (version 1), as `docs/scenario-format.md` describes it. Only what is read is typed here. */
export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly description?: string | undefined;
  readonly topic?: string | undefined;
  readonly filters?: readonly JsonObject[] | undefined;
  readonly networkFilters?: readonly JsonObject[] | undefined;
  readonly listenerFilters?: readonly JsonObject[] | undefined;
  readonly filterChains?: readonly JsonObject[] | undefined;
  readonly defaultFilterChain?: JsonObject | undefined;
  readonly conversation?: readonly JsonObject[] | undefined;
  readonly connections?: readonly JsonObject[] | undefined;
  /** Addresses of the one `conversation`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly cluster?: string | undefined;
  readonly tcpProxy?: JsonObject | undefined;
  readonly terminal?: boolean | undefined;
  readonly routes?: JsonValue | undefined;
  readonly request?: ScenarioRequest | readonly ScenarioRequest[] | undefined;
  readonly steps?: readonly ScenarioStep[] | undefined;
  readonly upstream?: Responder | undefined;
  readonly clusters?: Readonly<Record<string, Responder>> | undefined;
  readonly stats?: readonly string[] | undefined;
  readonly isolate?: boolean | undefined;
  /** Texts of the generic secrets of the bootstrap by name. */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  readonly connectionManager?: JsonObject | undefined;
  readonly listener?: JsonObject | undefined;
  readonly timeoutMs?: number | undefined;
  readonly quietMs?: number | undefined;
  readonly quietMaxMs?: number | undefined;
  readonly statsDelayMs?: number | undefined;
  readonly normalise?: readonly JsonObject[] | undefined;
  /** Keys of `expect` that are not compared, because Envoy itself gives another value every time. */
  readonly informative?: readonly string[] | undefined;
  readonly expect?: JsonObject | undefined;
}

/** Text (UTF-8), base64, or a repeated text. */
export type ScenarioBody = string | { readonly base64: string } | { readonly repeat: string; readonly times: number };

export interface ScenarioRequest {
  readonly headers?: readonly (readonly [string, string])[] | Readonly<Record<string, string>> | undefined;
  readonly body?: ScenarioBody | undefined;
  readonly bodyChunks?: readonly ScenarioBody[] | undefined;
  readonly chunkDelayMs?: number | undefined;
  readonly trailers?: readonly (readonly [string, string])[] | Readonly<Record<string, string>> | undefined;
  readonly timeoutMs?: number | undefined;
  readonly cancelAfterMs?: number | undefined;
  readonly bodyDelayMs?: number | undefined;
}

export interface ScenarioStep {
  readonly request?: ScenarioRequest | readonly ScenarioRequest[] | undefined;
  readonly upstream?: Responder | undefined;
  readonly clusters?: Readonly<Record<string, Responder>> | undefined;
  readonly waitMs?: number | undefined;
}

/** How a cluster answers: the scripted world around the chain. `httpbin: true` is our own built-in httpbin; `any-path` lets it answer unknown paths like `/anything`. */
export interface Responder {
  readonly echo?: boolean | undefined;
  readonly httpbin?: boolean | 'any-path' | undefined;
  readonly status?: number | undefined;
  readonly headers?: readonly (readonly [string, string])[] | Readonly<Record<string, string>> | undefined;
  readonly body?: ScenarioBody | undefined;
  readonly bodyChunks?: readonly ScenarioBody[] | undefined;
  readonly chunkDelayMs?: number | undefined;
  readonly trailers?: readonly (readonly [string, string])[] | Readonly<Record<string, string>> | undefined;
  readonly delayMs?: number | undefined;
  readonly early?: boolean | undefined;
  readonly reset?: boolean | undefined;
  readonly resetAfterBody?: boolean | undefined;
  readonly hang?: boolean | undefined;
  readonly unreachable?: boolean | undefined;
  readonly noHosts?: boolean | undefined;
  readonly responses?: readonly Responder[] | undefined;
  readonly clusterConfig?: JsonObject | undefined;
  readonly hostMetadata?: JsonObject | undefined;
  readonly locality?: JsonObject | undefined;
  readonly http?: boolean | undefined;
}
