/**
 * A function's name as a back trace shows it. Nested names of C++ and of Rust's older scheme (`_ZN5probe8callback17h8aeE`) are written out as
 * far as they consist of plain identifiers; anything more (templates, Rust's newer `_R…`) stays as the compiler wrote it.
 */
export function demangle(name: string): string {
  const nested = /^_ZN(K?)((?:\d+[A-Za-z_.$][\w.$]*)+?)E(.*)$/.exec(name);
  if (nested === null) return name;
  const parts = identifiers(nested[2] ?? '');
  const params = parts === undefined ? undefined : parameters(nested[3] ?? '');
  if (parts === undefined || params === undefined) return name;
  return `${parts.join('::')}${params}${nested[1] === 'K' && params !== '' ? ' const' : ''}`;
}

/** `5probe8callback` → probe, callback. */
function identifiers(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const digits = /^\d+/.exec(text.slice(at))?.[0];
    if (digits === undefined) return undefined;
    const length = Number(digits);
    const part = text.slice(at + digits.length, at + digits.length + length);
    if (part.length < length) return undefined;
    parts.push(part);
    at += digits.length + length;
  }
  return parts;
}

const builtin: Readonly<Record<string, string>> = {
  v: '',
  b: 'bool',
  c: 'char',
  a: 'signed char',
  h: 'unsigned char',
  s: 'short',
  t: 'unsigned short',
  i: 'int',
  j: 'unsigned int',
  l: 'long',
  m: 'unsigned long',
  x: 'long long',
  y: 'unsigned long long',
  f: 'float',
  d: 'double',
};

/** C++ parameters of plain types; Rust names have none. */
function parameters(text: string): string | undefined {
  if (text === '') return '';
  const types = text.split('').map((letter) => builtin[letter]);
  return types.every((type) => type !== undefined) ? `(${types.join(', ')})` : undefined;
}
