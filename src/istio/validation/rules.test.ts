import { describe, expect, test } from 'vitest';
import { applyEdits } from '#base/text-range.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { resourcesOf } from '#testing/resources.ts';
import { analyzerExamples } from './examples/analyzer-examples.ts';
import { checkExamples } from './examples/check-examples.ts';
import type { Example } from './examples/example.ts';
import { networkingExamples } from './examples/networking-examples.ts';
import { patchExamples } from './examples/patch-examples.ts';
import { pluginExamples } from './examples/plugin-examples.ts';
import { policyExamples } from './examples/policy-examples.ts';
import { goodExamples } from './examples/good-examples.ts';
import { ruleCodes, type RuleCode } from './rules.ts';
import { validateResources } from './validate.ts';

const types = await envoyTypes();

interface Marked {
  readonly text: string;
  readonly places: readonly string[];
}

/** The text without its marks, and what stands between them with its place. */
function unmark(marked: string): Marked {
  const places: string[] = [];
  let text = '';
  let start = 0;
  for (const part of marked.split(/(«|»)/)) {
    if (part === '«') start = text.length;
    else if (part === '»') places.push(`${start} ${text.slice(start)}`);
    else text += part;
  }
  return { text, places };
}

function diagnose(text: string, istio: string): ReturnType<typeof validateResources> {
  return validateResources(resourcesOf(text, 'mesh.yaml'), { istio, types });
}

const examples = { ...checkExamples, ...analyzerExamples, ...networkingExamples, ...policyExamples, ...pluginExamples, ...patchExamples };

/** Spoken where proxies are built, where resources are exported and imported, or only when the descriptors are not at hand. */
const elsewhere =
  /^istio\/(?:export-|import-|kustomize-|patch-hits-nothing|plugin-hits-nothing|envoy-filter-panic|envoy-filter-no-value|value-unknown-type|value-unreadable|value-unknown-field)/;

test('every rule has an example', () => {
  expect(ruleCodes.filter((code) => !elsewhere.test(code) && examples[code] === undefined)).toEqual([]);
});

describe('each rule speaks at its place, and its repairs silence it', () => {
  test.each(Object.entries(examples) as [RuleCode, string | Example][])('%s', (code, example) => {
    const { text: marked, istio = '1.31' } = typeof example === 'string' ? { text: example } : example;
    const { text, places } = unmark(marked);
    const own = diagnose(text, istio).filter((diagnostic) => diagnostic.code === code);
    expect(places).not.toEqual([]);
    expect(own.map(({ at }) => `${at?.range.start} ${text.slice(at?.range.start, at?.range.end)}`)).toEqual(places);
    for (const { message, help, fixes } of own) {
      expect(`${message} ${help}`).not.toMatch(/\{[a-z]\w*\}|undefined(?! behavior)/);
      for (const fix of fixes ?? []) {
        const mended = diagnose(applyEdits(text, fix.edits), istio);
        expect(mended.filter((diagnostic) => diagnostic.code === code).length).toBeLessThan(own.length);
      }
    }
  });
});

describe('there is nothing to say', () => {
  test.each(Object.entries(goodExamples))('about %s', (_, text) => {
    expect(diagnose(text, '1.31').filter(({ code }) => code !== 'istio/envoy-filter-exposed')).toEqual([]);
  });
});
