import type { Diagnostic } from '#base/diagnostic.ts';
import type { SourceFile } from '#base/source-file.ts';
import { parseYaml } from '#yaml/parse.ts';
import { syntaxOf } from '../detect-format.ts';
import type { EnvoyTypes } from '../types.ts';
import type { ConfigDump } from './dump.ts';
import type { Progress } from './json-reader.ts';
import { readConfigDumpSteps, readConfigDumpValue } from './read.ts';

/** The same as `readConfigDumpSteps` for JSON and YAML; YAML (`-o yaml`) is read at once. Never throws on a bad text. */
export function* readDumpTextSteps(file: SourceFile, types: EnvoyTypes): Generator<Progress, ConfigDump> {
  if (syntaxOf(file.text) === 'json') return yield* readConfigDumpSteps(file, types);
  const { documents, diagnostics } = parseYaml(file.text, file.name);
  yield { done: file.text.length / 2, total: file.text.length };
  const values = documents.flatMap(({ value }) => (value === undefined || value === null ? [] : [value]));
  const [only, ...others] = values;
  const dump = readConfigDumpValue(others.length === 0 && only !== undefined ? only : values, types, file.name);
  const broken: readonly Diagnostic[] = diagnostics.filter(({ severity }) => severity === 'error');
  return { ...dump, diagnostics: [...broken, ...dump.diagnostics] };
}
