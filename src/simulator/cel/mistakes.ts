import type { CelMistake } from './syntax.ts';

/** What cel-cpp prints (`ParserErrorPrinter`): place, reason, the line, and a mark under the place. */
export function printMistakes(source: string, mistakes: readonly CelMistake[]): string {
  return mistakes.map((mistake) => printMistake(source, mistake)).join('\n');
}

function printMistake(source: string, { at, message }: CelMistake): string {
  if (at === undefined) return `ERROR: <input>:4294967295:0: ${message}`;
  const before = source.slice(0, at).split('\n');
  const line = before.length;
  // columns count characters, not UTF-16 units
  const lead = Array.from(before.at(-1) ?? '');
  const text = source.split('\n')[line - 1] ?? '';
  const head = `ERROR: <input>:${line}:${lead.length + 1}: ${message}`;
  if (source === '') return head;
  const dots = lead.map((character) => (isWide(character) ? '．' : '.')).join('');
  const under = Array.from(text)[lead.length] ?? '';
  return `${head}\n | ${text.replaceAll('\t', ' ')}\n | ${dots}${isWide(under) ? '＾' : '^'}`;
}

function isWide(character: string): boolean {
  return (character.codePointAt(0) ?? 0) > 0x7f;
}
