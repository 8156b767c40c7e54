import { base64ToBytes, bytesToUtf8 } from '#base/bytes.ts';
import { resolvePlain, type ScalarValue } from './scalar.ts';

const prefix = 'tag:yaml.org,2002:';
const core = new Set([
  '!',
  ...['str', 'int', 'float', 'bool', 'null', 'timestamp', 'binary', 'map', 'seq', 'set', 'merge'].map((name) => `!!${name}`),
]);

/** `!!str` for `!!str` and for its long form `!<tag:yaml.org,2002:str>`. */
export function tagName(written: string): string {
  const inner = written.startsWith('!<') ? written.slice(2, -1) : written;
  return inner.startsWith(prefix) ? `!!${inner.slice(prefix.length)}` : inner;
}

/** True for the tags go-yaml knows. */
export function isCoreTag(tag: string): boolean {
  return core.has(tag);
}

/** What go-yaml makes of a scalar under `tag` (`resolve` and `decoder.scalar` of goyaml.v2); `undefined` when it refuses. */
export function applyTag(tag: string, text: string): ScalarValue | undefined {
  const plain = resolvePlain(text);
  switch (tag) {
    case '!!int':
      return typeof plain === 'number' && Number.isInteger(plain) && !/[.eE]/.test(text.replace(/^0x.*/i, '')) ? plain : undefined;
    case '!!float':
      return typeof plain === 'number' ? plain : undefined;
    case '!!bool':
      return typeof plain === 'boolean' ? plain : undefined;
    case '!!null':
      return plain === null ? null : undefined;
    case '!!binary': {
      const bytes = base64ToBytes(text.replaceAll(/\s/g, ''));
      return bytes === undefined ? undefined : bytesToUtf8(bytes);
    }
    default:
      return text;
  }
}
