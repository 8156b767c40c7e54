import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '#base/json.ts';

/** A case recorded from the real istiod. */
export interface GoldenCase {
  readonly name: string;
  readonly about: string;
  readonly input: JsonObject;
  readonly output: JsonObject;
}

/** Reads `conformance/istio/<path>.json`. */
export function goldenCase(path: string): GoldenCase {
  const file = new URL(`../../conformance/istio/${path}.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(file), 'utf8')) as GoldenCase;
}
