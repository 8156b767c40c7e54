import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { readCaseInput, type CaseInput } from '#istio/case.ts';

/** A recorded answer of a real istiod. */
export interface RecordedCase {
  /** `golden/minor/1.24.0/phases`. */
  readonly name: string;
  /** The istiod that answered. */
  readonly istio: string;
  readonly about: string;
  readonly input: CaseInput;
  readonly output: JsonObject;
}

const here = fileURLToPath(new URL('.', import.meta.url));

/** All cases of a folder beside this file, by name. */
export function readCases(folder: string, istio = '1.31'): readonly RecordedCase[] {
  return readdirSync(`${here}${folder}`, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => readCase(`${folder}/${entry.name.slice(0, -'.json'.length)}`, istio))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readCase(name: string, istio: string): RecordedCase {
  const value: JsonValue = JSON.parse(readFileSync(`${here}${name}.json`, 'utf8'));
  const input = readCaseInput(value);
  if (input === undefined || !isObject(value) || !isObject(value['output'])) throw new Error(`${name} is not a recorded case`);
  return { name, istio, about: typeof value['about'] === 'string' ? value['about'] : '', input, output: value['output'] };
}

/** The recorded cases of every kind and minor. */
export function allCases(): readonly RecordedCase[] {
  return [
    ...readCases('golden'),
    ...readCases('recorded'),
    ...readCases('any'),
    ...readCases('regions'),
    ...readCases('envoyfilter'),
    ...readCases('validation'),
    ...['1.24.0', '1.29.1'].flatMap((minor) => readCases(`golden/minor/${minor}`, minor)),
  ];
}
