/** A set of code points as inclusive ranges. */
export type Ranges = readonly (readonly [number, number])[];

/** A character class: code points, and Unicode properties (`\p{L}`), which JavaScript knows by the same names. */
export interface CharClass {
  readonly ranges: Ranges;
  readonly properties: readonly string[];
}

const LAST = 0x10_ff_ff;
/** No letter with two cases stands behind this one (Adlam, Unicode 15). */
const LAST_CASED = 0x1_e9_43;

const range = (from: string, to: string): readonly [number, number] => [from.charCodeAt(0), to.charCodeAt(0)];
const digits = range('0', '9');
const upper = range('A', 'Z');
const lower = range('a', 'z');
const underscore = range('_', '_');

/** `\d`, `\s`, `\w`: ASCII only (re2 `perl_groups.cc`). */
export const perlClasses: Readonly<Record<string, Ranges>> = {
  d: [digits],
  s: [
    [9, 10],
    [12, 13],
    [32, 32],
  ],
  w: [digits, upper, underscore, lower],
};

/** `[:alpha:]` and the others (re2 `perl_groups.cc`). */
export const posixClasses: Readonly<Record<string, Ranges>> = {
  alnum: [digits, upper, lower],
  alpha: [upper, lower],
  ascii: [[0, 127]],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  digit: [digits],
  graph: [range('!', '~')],
  lower: [lower],
  print: [range(' ', '~')],
  punct: [range('!', '/'), range(':', '@'), range('[', '`'), range('{', '~')],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [upper],
  word: [digits, upper, underscore, lower],
  xdigit: [digits, range('A', 'F'), range('a', 'f')],
};

const categories = 'C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs'.split(' ');

/** The name JavaScript has for a Unicode group of RE2: a general category or a script; undefined when there is none. */
export function unicodeProperty(name: string): string | undefined {
  if (categories.includes(name)) return name;
  if (!/^[A-Z][A-Za-z_]+$/.test(name)) return undefined;
  const property = `Script=${name}`;
  try {
    return new RegExp(`\\p{${property}}`, 'u').unicode ? property : undefined;
  } catch {
    return undefined; // no script of that name
  }
}

/** Everything that is not in `ranges`. */
export function complement(ranges: Ranges): Ranges {
  const out: (readonly [number, number])[] = [];
  let next = 0;
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (from > next) out.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= LAST) out.push([next, LAST]);
  return out;
}

/** The ranges with the other case of every letter in them. */
export function foldRanges(ranges: Ranges): Ranges {
  const out = [...ranges];
  for (const [from, to] of ranges) {
    for (let code = from; code <= Math.min(to, LAST_CASED); code++) {
      for (const other of otherCases(code)) if (other < from || other > to) out.push([other, other]);
    }
  }
  return out;
}

/** Letters with more than two forms that `toLowerCase` and `toUpperCase` alone do not reach. */
const orbits: readonly (readonly number[])[] = [
  [0x4b, 0x6b, 0x21_2a], // k and the Kelvin sign
  [0x53, 0x73, 0x1_7f], // s and the long s
  [0xc5, 0xe5, 0x21_2b], // å and the Ångström sign
  [0x3_c3, 0x3_c2, 0x3_a3], // sigma, at the end of a word too
];

function otherCases(code: number): readonly number[] {
  const orbit = orbits.find((codes) => codes.includes(code));
  if (orbit !== undefined) return orbit;
  const text = String.fromCodePoint(code);
  return [text.toLowerCase(), text.toUpperCase()]
    .filter((form) => form !== text && form.length === text.length)
    .map((form) => form.codePointAt(0) ?? code);
}

/** The class as JavaScript writes it under the flag `u`. Surrogates stand for bytes that are not UTF-8: nothing but `\C` matches them. */
export function printClass(set: CharClass, negated: boolean): string {
  const items = set.ranges.map(([from, to]) => (from === to ? printCode(from) : `${printCode(from)}-${printCode(to)}`));
  const body = items.join('') + set.properties.join('');
  if (negated) return `[^${body}\\ud800-\\udfff]`;
  if (body === '') return '[]';
  const canBeSurrogate =
    set.ranges.some(([from, to]) => from <= 0xdf_ff && to >= 0xd8_00) || set.properties.some((item) => item.startsWith('\\P'));
  return canBeSurrogate ? `(?:(?![\\ud800-\\udfff])[${body}])` : `[${body}]`;
}

/** One code point, in a class or outside. */
export function printCode(code: number): string {
  const text = String.fromCodePoint(code);
  return /[A-Za-z0-9_]/.test(text) ? text : `\\u{${code.toString(16)}}`;
}
