import type { Diagnostic } from '#base/diagnostic.ts';
import { compareDiagnostics } from '#base/diagnostic.ts';
import type { SourceFile } from '#base/source-file.ts';
import { lineStarts, positionAt } from '#base/text-range.ts';
import { readResources } from '#istio/read-resources.ts';
import type { Resource } from '#istio/resource.ts';
import { parseYaml } from '#yaml/parse.ts';
import type { YamlStream } from '#yaml/tree.ts';
import type { Io } from './command.ts';
import { expand, readText } from './files.ts';

/** The files of one command, read. */
export interface CliWorkspace {
  readonly files: readonly SourceFile[];
  readonly streams: readonly YamlStream[];
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  readonly hasErrors: boolean;
}

/** Reads YAML files and says on standard error what cannot be read; the rest is used all the same. */
export function readWorkspace(paths: readonly string[], io: Io): CliWorkspace {
  const files = expand(paths, ['.yaml', '.yml', '.json']).map(readText);
  const streams = files.map((file) => parseYaml(file.text, file.name));
  const { resources, diagnostics: problems } = readResources(streams);
  const diagnostics = [...streams.flatMap((stream) => stream.diagnostics), ...problems].sort(compareDiagnostics);
  const errors = diagnostics.filter((item) => item.severity === 'error');
  for (const error of errors) io.err(`${formatDiagnostic(error, files)}\n`);
  return { files, streams, resources, diagnostics, hasErrors: errors.length > 0 };
}

/** `file:line:column: error yaml/duplicate-key: message` and the advice below. */
export function formatDiagnostic({ code, severity, message, help, at }: Diagnostic, files: readonly SourceFile[]): string {
  const place = at === undefined ? '' : `${at.file}:${placeOf(at.file, at.range.start, files)}: `;
  return `${place}${severity} ${code}: ${message}${help === undefined ? '' : `\n    ${help}`}`;
}

function placeOf(name: string, offset: number, files: readonly SourceFile[]): string {
  const text = files.find((file) => file.name === name)?.text ?? '';
  const { line, column } = positionAt(lineStarts(text), offset);
  return `${line}:${column}`;
}
