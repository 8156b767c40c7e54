import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isObject, type JsonValue } from '#base/json.ts';
import { readCaseInput, runCase } from '#istio/case.ts';
import { parseYaml } from '#yaml/parse.ts';
import type { Arguments, ExitCode } from '../command.ts';
import { UsageError } from '../command.ts';
import { expand, readText } from '../files.ts';
import type { Io } from '../io.ts';
import { istioOf } from '../istio-version.ts';
import { envoyTypes } from '../vocabulary.ts';

interface CaseLine {
  readonly name?: string;
  readonly output?: unknown;
  readonly error?: string;
}

/** Plays recorded cases: one line of JSON for each. A case that fails is a line with `error`, and the others go on. */
export async function runCases(args: Arguments, io: Io): Promise<ExitCode> {
  const istio = istioOf(args, io);
  let code: ExitCode = 0;
  for (const file of expand([...args.list('case'), ...args.positionals], ['.json', '.yaml', '.yml'])) {
    const text = tryRead(file);
    const line = text instanceof UsageError ? { error: text.message } : playText(text, file, istio);
    if (text instanceof UsageError) {
      io.err(`${text.message}\n`);
      code = 2;
    } else if (line.error !== undefined && code === 0) code = 1;
    io.out(`${JSON.stringify({ file, ...line })}\n`);
    await setImmediate(); // a reader who has gone away is noticed between cases
  }
  return code;
}

function tryRead(file: string): string | UsageError {
  try {
    return readText(file).text;
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function playText(text: string, file: string, istio: string): CaseLine {
  const read = readData(text);
  if ('error' in read) return read;
  const { data } = read;
  const name = isObject(data) && typeof data['name'] === 'string' ? data['name'] : basename(file).replace(/\.(json|ya?ml)$/, '');
  const input = readCaseInput(data);
  if (input === undefined) return { name, error: 'This is not a case: it has no "input".' };
  try {
    return { name, output: runCase(input, istio, envoyTypes()) };
  } catch (error) {
    return { name, error: error instanceof Error ? error.message : String(error) }; // our own mistake in one case must not hide the others
  }
}

/** A case is JSON; YAML is read as well, as people write it. */
function readData(text: string): { readonly data: JsonValue } | { readonly error: string } {
  if (text.trim() === '') return { error: 'The file is empty.' };
  if (/^\s*[[{]/.test(text)) {
    try {
      return { data: JSON.parse(text) as JsonValue };
    } catch (error) {
      return { error: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
  const { documents, diagnostics } = parseYaml(text, 'case');
  const problem = diagnostics.find((item) => item.severity === 'error');
  return problem === undefined ? { data: documents[0]?.value ?? null } : { error: `This is not YAML: ${problem.message}` };
}
