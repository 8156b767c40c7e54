import type { Diagnostic } from '#base/diagnostic.ts';
import { compareDiagnostics } from '#base/diagnostic.ts';
import type { SourceFile } from '#base/source-file.ts';
import { readResources } from '#istio/read-resources.ts';
import type { Resource } from '#istio/resource.ts';
import { parseYaml } from '#yaml/parse.ts';
import type { Arguments } from './command.ts';
import { UsageError } from './command.ts';
import { expand, readText } from './files.ts';
import type { Io } from './io.ts';
import { formatDiagnostic, Places } from './places.ts';

/** The YAML files of one command, read. */
export interface CliWorkspace {
  readonly sources: readonly SourceFile[];
  readonly resources: readonly Resource[];
  /** What reading them had to say. */
  readonly diagnostics: readonly Diagnostic[];
  readonly places: Places;
}

/** Reads the files of `-f` and those named without it. Fails with a UsageError when none is named or one cannot be read. */
export function readWorkspace(args: Arguments): CliWorkspace {
  return workspaceOf(readFiles([...args.list('file'), ...args.positionals]));
}

/** The texts of these files and of those in these folders. */
export function readFiles(paths: readonly string[]): readonly SourceFile[] {
  if (paths.length === 0) throw new UsageError('Give the files with -f.');
  return expand(paths, ['.yaml', '.yml', '.json']).map(readText);
}

/** Kubernetes and Istio resources in these texts. */
export function workspaceOf(files: readonly SourceFile[]): CliWorkspace {
  const streams = files.map((file) => parseYaml(file.text, file.name));
  const { resources, diagnostics } = readResources(streams);
  const all = [...streams.flatMap((stream) => stream.diagnostics), ...diagnostics].sort(compareDiagnostics);
  return { sources: files, resources, diagnostics: all, places: new Places(files) };
}

/** Says on standard error what could not be read; true when there is such a thing. The rest is used all the same. */
export function reportErrors({ diagnostics, places }: CliWorkspace, io: Io): boolean {
  const errors = diagnostics.filter((item) => item.severity === 'error');
  for (const error of errors) io.err(formatDiagnostic(error, places));
  return errors.length > 0;
}
