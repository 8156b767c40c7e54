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

/** A map key as sigs.k8s.io/yaml turns it into JSON (`convertToJSONableObject` in yaml.go): numbers and booleans become texts. */
export function keyOf(value: ScalarValue): string {
  if (typeof value !== 'number') return String(value);
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value).toString();
  return goFloat(value);
}

/** Go's `FormatFloat(x, 'g', -1, 32)`: the shortest text that gives the same 32-bit float, an exponent below 1e-4 and from 1e21 on. */
function goFloat(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  let text = '';
  for (let precision = 1; precision <= 9; precision++) {
    text = single.toExponential(precision - 1);
    if (Math.fround(Number(text)) === single) break;
  }
  const [mantissa = '', exponentText = '0'] = text.split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 21) return decimalText(mantissa, exponent);
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
}

function decimalText(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const all = mantissa.replace('-', '').replace('.', '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${all}`;
  const whole = all.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = all.slice(exponent + 1);
  return sign + whole + (rest === '' ? '' : `.${rest}`);
}
