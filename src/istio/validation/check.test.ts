import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asArray, asString } from '#base/json.ts';
import { inflate } from '#envoy/docs.ts';
import { loadEnvoyTypes } from '#envoy/registry.ts';
import { goldenCase } from '#testing/golden.ts';
import { resourcesOf } from '#testing/resources.ts';
import { minorOf } from '../minors.ts';
import { checkResource } from './check.ts';

const bytes = new Uint8Array(readFileSync(new URL('../../../public/envoy/descriptors.binpb.gz', import.meta.url)));
const types = loadEnvoyTypes(await inflate(bytes));

/** The validation part of a recorded case, and ours. */
function both(path: string, istio: string): readonly [recorded: unknown, ours: unknown] {
  const { input, output } = goldenCase(path);
  const resources = resourcesOf(asString(input['resources']) ?? '');
  return [asArray(output['validation']), resources.flatMap((resource) => checkResource(resource, minorOf(istio), types) ?? [])];
}

describe('schema and webhook in the words of the real istiod', () => {
  it.each([
    ['golden/invalid-wasmplugins', '1.31'],
    ['golden/urls', '1.31'],
    ['golden/minor/1.29.1/urls', '1.29.1'],
    ['golden/minor/1.24.0/urls', '1.24.0'],
    ['golden/analyzers', '1.31'],
    ['golden/ef-old-names', '1.31'],
  ])('%s', (path, istio) => {
    const [recorded, ours] = both(path, istio);
    expect(ours).toEqual(recorded);
  });
});
