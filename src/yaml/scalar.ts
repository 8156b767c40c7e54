/**
 * What an unquoted YAML text means to Kubernetes. `kubectl`, istiod and every controller read YAML through sigs.k8s.io/yaml 1.6, that is
 * go-yaml v2: the rules are those of `resolve` in its `resolve.go` (YAML 1.1 booleans, C-like integers), not those of YAML 1.2.
 */
export type ScalarValue = string | number | boolean | null;

const words: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const decimalFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const leadingDotFloat = /^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/;

/** The value of an unquoted scalar without a tag. Times and dates stay texts, as they do in go-yaml's untyped decoding. */
export function resolvePlain(text: string): ScalarValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  if (first === 0x2e) return leadingDotFloat.test(text) ? (finite(text) ?? text) : text;
  const digitOrSign = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d;
  if (!digitOrSign) return text;
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  return integer(plain) ?? (decimalFloat.test(plain) ? finite(plain) : undefined) ?? text;
}

/** Go's `strconv.ParseInt(text, 0, …)`: an optional sign, then a prefix `0x`, `0b`, `0o` or a leading zero for octal. */
function integer(text: string): number | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  const size =
    hex !== undefined
      ? digits(hex, '0x')
      : binary !== undefined
        ? digits(binary, '0b')
        : octal !== undefined
          ? digits(octal, '0o')
          : Number(decimal);
  return sign === '-' && size !== 0 ? -size : size;
}

const digits = (text: string, prefix: string): number => Number(prefix + text);

/** Go's `ParseFloat` refuses what does not fit; such a text stays a text. */
function finite(text: string): number | undefined {
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value;
}

/** True for the words that only YAML 1.1 reads as booleans: the classic trap (`country: NO`). */
export function isAmbiguousBoolean(text: string): boolean {
  return /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/.test(text);
}

/**
 * The JSON key that the scalar `value`, written as `text`, becomes in sigs.k8s.io/yaml (`convertToJSONableObject` in yaml.go): integers are
 * written in decimal, other numbers as 32-bit floats, booleans as true and false.
 */
export function keyOf(value: ScalarValue, text: string): string {
  if (typeof value !== 'number') return String(value);
  if (Number.isNaN(value)) return '.nan';
  const plain = text.replaceAll('_', '');
  if (integer(plain) === undefined || Math.abs(value) >= 2 ** 64) return floatKey(value, plain);
  return exactInteger(plain);
}

function exactInteger(plain: string): string {
  const size = BigInt(plain.replace(/^[-+]/, '').replace(/^0([0-7]+)$/, '0o$1'));
  return (plain.startsWith('-') ? -size : size).toString();
}

/** Go's `FormatFloat(x, 'g', -1, 32)`: the shortest text that gives the same 32-bit float, with an exponent below 1e-4 and from 1e6 on. */
function floatKey(value: number, text: string): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  if (single === 0) return text.startsWith('-') ? '-0' : '0';
  let written = '';
  for (let digits = 0; digits < 9; digits++) {
    written = single.toExponential(digits);
    if (Math.fround(Number(written)) === single) break;
  }
  const [mantissa = '', exponentText = '0'] = written.split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return decimalText(mantissa, exponent);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function decimalText(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const all = mantissa.replace('-', '').replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${all}`;
  const whole = all.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = all.slice(exponent + 1);
  return sign + whole + (rest === '' ? '' : `.${rest}`);
}
