/** A `format` we check: what it is called in a message, an example, the test. Unknown formats are annotations (JSON Schema validation §7). */
export interface Format {
  readonly name: string;
  readonly example: string;
  readonly test: (text: string) => boolean;
}

const hostname = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const ipv4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const pointer = /^(\/([^~/]|~[01])*)*$/;
const duration = /^P(?=.)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)$/;

/** RFC 3339 full-date, the day checked against its month. */
function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

/** RFC 3339 full-time; a leap second only at the end of a UTC day. */
function isTime(text: string): boolean {
  const match = /^(\d{2}):(\d{2}):(\d{2})(\.\d+)?(?:z|([+-])(\d{2}):(\d{2}))$/i.exec(text);
  if (match === null) return false;
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [offsetHour, offsetMinute] = [Number(match[6] ?? 0), Number(match[7] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  const offset = (match[5] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  return second < 60 || (((hour * 60 + minute - offset) % 1440) + 1440) % 1440 === 1439;
}

function isDateTime(text: string): boolean {
  const at = text.search(/[t\s]/i);
  return at > 0 && isDate(text.slice(0, at)) && isTime(text.slice(at + 1));
}

function isIpv6(text: string): boolean {
  const tail = /(^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail !== null && !ipv4.test(tail[2] ?? '')) return false;
  const plain = tail === null ? text : `${text.slice(0, text.length - (tail[2] ?? '').length)}0:0`;
  const halves = plain.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (halves.length === 2 ? groups.length <= 7 : groups.length === 8);
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text) && isUriReference(text);
}

/** RFC 3986 characters, percent escapes complete. */
function isUriReference(text: string): boolean {
  return /^([a-z0-9\-._~!$&'()*+,;=:@/?#[\]]|%[0-9a-f]{2})*$/i.test(text) && text.indexOf('#') === text.lastIndexOf('#');
}

function isRegExp(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false; // "is it one?" is what was asked
  }
}

export const formats: Readonly<Record<string, Format>> = {
  date: { name: 'a date', example: '2026-11-21', test: isDate },
  time: { name: 'a time with its zone', example: '12:30:00Z', test: isTime },
  'date-time': { name: 'a date and time with its zone', example: '2026-11-21T12:30:00Z', test: isDateTime },
  duration: { name: 'an ISO 8601 duration', example: 'PT30S', test: (text) => duration.test(text) },
  email: { name: 'a mail address', example: 'ops@example.com', test: (text) => /^[^\s@]+@[^\s@]+$/.test(text) },
  hostname: { name: 'a host name', example: 'api.example.com', test: (text) => hostname.test(text) },
  ipv4: { name: 'an IPv4 address', example: '192.0.2.1', test: (text) => ipv4.test(text) },
  ipv6: { name: 'an IPv6 address', example: '2001:db8::1', test: isIpv6 },
  uri: { name: 'a URI', example: 'https://example.com/', test: isUri },
  'uri-reference': { name: 'a URI or a relative reference', example: '/path', test: isUriReference },
  uuid: { name: 'a UUID', example: '123e4567-e89b-12d3-a456-426614174000', test: (text) => uuid.test(text) },
  regex: { name: 'a regular expression', example: '^/api/', test: isRegExp },
  'json-pointer': { name: 'a JSON pointer', example: '/spec/url', test: (text) => pointer.test(text) },
  byte: { name: 'base64', example: 'aGVsbG8=', test: (text) => /^([a-z0-9+/]{4})*([a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?$/i.test(text) },
};

/** Bounds of OpenAPI's integer formats. */
export const integerFormats: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};
