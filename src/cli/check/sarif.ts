import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from '#base/diagnostic.ts';
import type { Place, Places } from '../places.ts';

const levels = { error: 'error', warning: 'warning', info: 'note', hint: 'note' } as const;

/** SARIF 2.1.0 (OASIS), as code scanning services read it: one run, one rule per code, one result per diagnostic. */
export function toSarif(diagnostics: readonly Diagnostic[], places: Places): object {
  const codes = [...new Set(diagnostics.map((item) => item.code))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'filterloom', rules: codes.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((item) => ({
          ruleId: item.code,
          ruleIndex: codes.indexOf(item.code),
          level: levels[item.severity],
          message: { text: item.help === undefined ? item.message : `${item.message} ${item.help}` },
          locations: [places.of(item.at)].filter((place) => place !== undefined).map(location),
        })),
      },
    ],
  };
}

function location({ file, start, end }: Place): object {
  const uri = isAbsolute(file) ? pathToFileURL(file).href : encodeURI(file.replaceAll('\\', '/'));
  const region = { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
  return { physicalLocation: { artifactLocation: { uri }, region } };
}
