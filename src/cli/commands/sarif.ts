import type { Diagnostic } from '#base/diagnostic.ts';
import type { SourceFile } from '#base/source-file.ts';
import { lineStarts, positionAt } from '#base/text-range.ts';

const levels = { error: 'error', warning: 'warning', info: 'note', hint: 'note' } as const;

/** SARIF 2.1.0, as code scanning services read it: one run, one rule per code, one result per diagnostic. */
export function toSarif(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): object {
  const codes = [...new Set(diagnostics.map((item) => item.code))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'filterloom', rules: codes.map((id) => ({ id })) } },
        results: diagnostics.map((item) => ({
          ruleId: item.code,
          ruleIndex: codes.indexOf(item.code),
          level: levels[item.severity],
          message: { text: item.help === undefined ? item.message : `${item.message} ${item.help}` },
          locations: locationsOf(item, files),
        })),
      },
    ],
  };
}

function locationsOf({ at }: Diagnostic, files: readonly SourceFile[]): readonly object[] {
  const text = files.find((file) => file.name === at?.file)?.text;
  if (at === undefined || text === undefined) return [];
  const starts = lineStarts(text);
  const start = positionAt(starts, at.range.start);
  const end = positionAt(starts, at.range.end);
  const region = { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
  return [{ physicalLocation: { artifactLocation: { uri: at.file.replaceAll('\\', '/') }, region } }];
}
