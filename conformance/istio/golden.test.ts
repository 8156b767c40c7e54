import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { JsonValue } from '#base/json.ts';
import { runCase } from '#istio/case.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { allCases, type RecordedCase } from './cases.ts';

const types = await envoyTypes();
const cases = allCases();

interface KnownFailure {
  readonly name: string;
  readonly reason: string;
}

const knownFailing: readonly KnownFailure[] = JSON.parse(readFileSync(new URL('known-failing.json', import.meta.url), 'utf8'));
const passed: string[] = [];

/** Everything istiod said but its own name. */
function comparable(output: object): JsonValue {
  const { istio: _, ...rest }: { readonly [key: string]: JsonValue } = JSON.parse(JSON.stringify(output));
  return rest;
}

function play(recorded: RecordedCase): JsonValue {
  return comparable(runCase(recorded.input, recorded.istio, types));
}

describe('istiod gave the same answer', () => {
  for (const recorded of cases) {
    const known = knownFailing.find((entry) => entry.name === recorded.name);
    test(`${recorded.name}: ${recorded.about}`, () => {
      if (known === undefined) expect(play(recorded)).toEqual(comparable(recorded.output));
      else expect(play(recorded), `${recorded.name} passes now: take it off known-failing.json`).not.toEqual(comparable(recorded.output));
      if (known === undefined) passed.push(recorded.name);
    });
  }

  afterAll(() => {
    console.log(`istiod conformance: ${passed.length} of ${cases.length} recorded cases give the same answer`);
  });
});
