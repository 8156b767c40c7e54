import type { Diagnostic, Location, Severity } from '#base/diagnostic.ts';
import type { JsonPath } from '#base/json.ts';
import type { Reader, TypeProblem } from './types.ts';

interface ProblemEntry {
  readonly severity: Severity;
  /** When istiod takes it otherwise than Envoy. */
  readonly istiod?: TypeProblem['severity'];
  readonly message: (args: ProblemArgs) => string;
  readonly help: string;
}

export type ProblemArgs = Readonly<Record<string, string | number>>;

/**
 * Everything the room says about Envoy configuration. A new problem is one entry here. `error` is what Envoy or istiod refuse,
 * `warning` what they read but do not use as written.
 */
const table = {
  'envoy/unknown-field': {
    severity: 'error',
    istiod: 'warning',
    message: ({ field = '', message = '' }) => `${message} has no field "${field}"`,
    help: 'Envoy refuses a static configuration with unknown fields; istiod drops them from an EnvoyFilter without a word.',
  },
  'envoy/wrong-type': {
    severity: 'error',
    message: ({ expected = '', actual = '' }) => `Expected ${expected}, found ${actual}`,
    help: 'The whole message is refused, not only this field.',
  },
  'envoy/out-of-range': {
    severity: 'error',
    message: ({ value = '', expected = '' }) => `${value} does not fit ${expected}`,
    help: 'The whole message is refused, not only this field.',
  },
  'envoy/unknown-enum-value': {
    severity: 'error',
    message: ({ value = '', valid = '' }) => `"${value}" is none of ${valid}`,
    help: 'Enum values are written as in the API, in capitals.',
  },
  'envoy/enum-case': {
    severity: 'warning',
    istiod: 'error',
    message: ({ value = '', valid = '' }) => `"${value}" is written ${valid} in the API`,
    help: "Envoy's own file reader does not mind; istiod does.",
  },
  'envoy/malformed-duration': {
    severity: 'error',
    message: ({ value = '' }) => `"${value}" is not a duration`,
    help: 'Write seconds with the letter s: "5s", "0.250s".',
  },
  'envoy/go-duration': {
    severity: 'error',
    message: ({ value = '', seconds = '' }) => `"${value}" is read by istiod only; Envoy wants "${seconds}"`,
    help: 'Units other than s are allowed in an EnvoyFilter, where Go reads them, but not in Envoy configuration.',
  },
  'envoy/malformed-timestamp': {
    severity: 'error',
    message: ({ value = '' }) => `"${value}" is not a time of the form 2026-01-31T12:00:00Z`,
    help: 'Times are RFC 3339 with a zone.',
  },
  'envoy/malformed-bytes': {
    severity: 'error',
    message: () => 'This is not base64',
    help: 'Fields of bytes are written in base64.',
  },
  'envoy/any-without-type': {
    severity: 'error',
    message: () => 'A typed configuration needs "@type"',
    help: 'Add "@type": "type.googleapis.com/…" with the full name of the message.',
  },
  'envoy/any-without-value': {
    severity: 'error',
    message: ({ type = '' }) => `${type} in a typed configuration stands in the key "value"`,
    help: 'Messages with a JSON form of their own (StringValue, Struct, Duration …) are wrapped: {"@type": …, "value": …}.',
  },
  'envoy/type-url': {
    severity: 'error',
    istiod: 'warning',
    message: ({ type = '' }) => `"${type}" needs a prefix: type.googleapis.com/${type}`,
    help: 'istiod finds the message without one, Envoy does not.',
  },
  'envoy/unknown-type': {
    severity: 'error',
    message: ({ type = '' }) => `Nobody knows the message ${type}`,
    help: 'istiod drops a patch with a type it does not know; Envoy refuses the configuration.',
  },
  'envoy/retired-type': {
    severity: 'error',
    message: ({ type = '' }) => `${type} is of the v2 API, which Envoy has not known since 1.18`,
    help: 'Use the v3 message of the same purpose.',
  },
  'envoy/oneof-conflict': {
    severity: 'error',
    istiod: 'warning',
    message: ({ fields = '', oneof = '' }) => `Only one of ${fields} may be set (${oneof})`,
    help: 'Envoy refuses both; istiod silently takes the one that the API declares last.',
  },
  'envoy/oneof-required': {
    severity: 'error',
    message: ({ fields = '' }) => `One of ${fields} must be set`,
    help: "Envoy's validation rules require it.",
  },
  'envoy/duplicate-field': {
    severity: 'warning',
    message: ({ field = '' }) => `"${field}" is set twice, in both spellings`,
    help: 'istiod takes the lowerCamelCase one, Envoy the last one.',
  },
  'envoy/loose-value': {
    severity: 'warning',
    message: ({ expected = '', actual = '' }) => `Expected ${expected}, found ${actual}`,
    help: "Envoy's file reader does not mind; istiod refuses it.",
  },
  'envoy/required': {
    severity: 'error',
    message: ({ field = '' }) => `"${field}" is required`,
    help: "Envoy's validation rules require it.",
  },
  'envoy/rule': {
    severity: 'error',
    message: ({ subject = '', rule = '' }) => `${subject} must ${rule}`,
    help: "Envoy's validation rules ask for it; a listener that breaks one is refused as a whole.",
  },
  'envoy/deprecated-field': {
    severity: 'warning',
    message: ({ field = '' }) => `"${field}" is deprecated`,
    help: 'It still works, and goes away in a later version.',
  },
  'envoy/disallowed-field': {
    severity: 'error',
    message: ({ field = '' }) => `"${field}" is deprecated and refused by default`,
    help: 'Envoy reads it only with a runtime switch for deprecated features.',
  },
  'envoy/deprecated-enum-value': {
    severity: 'warning',
    message: ({ value = '' }) => `"${value}" is deprecated`,
    help: 'It still works, and goes away in a later version.',
  },
  'envoy/dump-cut': {
    severity: 'warning',
    message: ({ place = '' }) => `The text ends in the middle of ${place}; what came after it is missing`,
    help: 'Copying from a terminal often cuts long output. Write it to a file: istioctl proxy-config all POD -o json > dump.json',
  },
  'envoy/dump-syntax': {
    severity: 'error',
    message: ({ place = '' }) => `This is not JSON any more, in ${place}; only what stands before it was read`,
    help: 'Look for text of another tool in between.',
  },
  'envoy/not-a-dump': {
    severity: 'error',
    message: () => 'This is no Envoy configuration that can be read here',
    help: 'Expected: config_dump, istioctl proxy-config … -o json, or a static bootstrap with static_resources.',
  },
  'envoy/other-endpoint': {
    severity: 'error',
    message: ({ endpoint = '' }) => `This is the output of ${endpoint}, which holds no configuration`,
    help: 'Ask the admin port for /config_dump?include_eds instead.',
  },
  'envoy/listener-refused': {
    severity: 'error',
    message: ({ listener = '', details = '' }) => `Envoy refused the listener ${listener}: ${details}`,
    help: 'It has never been active: nothing listens there. The configuration shown is the refused one.',
  },
  'envoy/update-refused': {
    severity: 'warning',
    message: ({ what = '', details = '' }) => `Envoy refused the newest version of ${what} and keeps the old one: ${details}`,
    help: 'The proxy lags behind the control plane until this is mended.',
  },
  'envoy/listener-warming': {
    severity: 'info',
    message: ({ listener = '' }) => `The listener ${listener} is still warming: a version of it waits for something`,
    help: 'Most often for a secret, a route or an extension configuration (ECDS) that nobody sends.',
  },
  'envoy/extension-missing': {
    severity: 'warning',
    message: ({ name = '' }) => `A filter refers to the extension configuration ${name}, which is not in the dump`,
    help: 'Its listener waits for it (ECDS), or the dump was made without it.',
  },
  'envoy/dump-problem': {
    severity: 'warning',
    message: ({ where = '', what = '', count = '' }) => `${where}: ${what}${count === '' ? '' : ` (${count} times)`}`,
    help: 'The proxy is of another version than the one whose API is known here; this part is left out.',
  },
} as const satisfies Readonly<Record<string, ProblemEntry>>;

export type ProblemCode = keyof typeof table;

/** A problem of the table at `path`, as grave as `reader` takes it; `hint` is added to the message (a suggestion, for example). */
export function typeProblem(reader: Reader, code: ProblemCode, path: JsonPath, args: ProblemArgs = {}, hint = ''): TypeProblem {
  const { severity, istiod, message, help }: ProblemEntry = table[code];
  const grave = (reader === 'istiod' ? istiod : undefined) ?? (severity === 'error' ? 'error' : 'warning');
  return { code, path, message: message(args) + hint, help, args, severity: grave };
}

/** A problem of the table in a text. */
export function diagnostic(code: ProblemCode, at: Location | undefined, args: ProblemArgs = {}): Diagnostic {
  const entry: ProblemEntry = table[code];
  return { code, severity: entry.severity, message: entry.message(args), help: entry.help, args, ...(at === undefined ? {} : { at }) };
}
