import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import type { TypeProblem } from '../types.ts';

interface Case {
  readonly about?: string;
  readonly type: string;
  readonly value: JsonValue;
  readonly patch?: JsonValue;
  readonly replaceLists?: boolean;
  readonly validate?: boolean;
  readonly want?: JsonObject;
  readonly error?: string;
  readonly broken?: readonly string[];
}

const types = await envoyTypes();
const path = new URL('../../../conformance/proto-json/cases.json', import.meta.url);
const cases = (JSON.parse(readFileSync(path, 'utf8')) as Case[]).map((item, i) => ({
  ...item,
  title: item.about ?? `case ${i} ${item.type}`,
}));

describe("istiod's own code says the same", () => {
  test.each(cases.filter((item) => item.validate !== true))('$title', (item) => {
    const base = types.normalise(item.type, item.value);
    const patch = item.patch === undefined ? undefined : types.normalise(item.type, item.patch);
    const problems = [...base.problems, ...(patch?.problems ?? [])];
    expect(problems.filter((problem) => problem.severity === 'error').length > 0).toBe(item.error !== undefined);
    if (item.error !== undefined) return;
    const { replaceLists } = item;
    const out = patch === undefined ? base.value : types.merge(item.type, base.value, patch.value, { replaceLists });
    expect(JSON.stringify(out)).toBe(JSON.stringify(item.want));
  });
});

describe("Envoy's validation rules", () => {
  test.each(cases.filter((item) => item.validate === true && item.error === undefined))('$title', (item) => {
    const found = types.validate(item.type, item.value).filter((problem) => /rule|required/.test(problem.code));
    expect(found.map(fieldOf).sort()).toEqual(brokenFields(item.broken ?? []));
  });
});

/** The field a problem is about, in a spelling that the names of Go come to as well. */
function fieldOf({ code, path, args }: TypeProblem): string {
  const step = path.findLastIndex((item) => typeof item === 'string');
  const named = code === 'envoy/oneof-required' ? args?.['oneof'] : code === 'envoy/required' ? args?.['field'] : path[step];
  return String(named).replaceAll('_', '').toLowerCase();
}

/** Go complains about an empty text twice when it has a length rule and a format; we do once. */
function brokenFields(broken: readonly string[]): string[] {
  const once = broken.filter(
    (text, i) => !text.includes('regex pattern') || !broken[i - 1]?.startsWith(`${text.replace(/:.*$/s, '')}: value length`),
  );
  return once.map((text) => text.replace(/[:[].*$/s, '').toLowerCase()).sort();
}
