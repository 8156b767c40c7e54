import type { ByteString } from '#base/bytes.ts';

/** `%41` → `A`; what is not an escape stays (envoy `PercentEncoding::decode`). */
export function percentDecode(text: ByteString): ByteString {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The parameters of a query with their values, sorted by name (envoy `Utility::QueryParamsMulti`). */
export class QueryParams {
  readonly #values = new Map<ByteString, ByteString[]>();

  /** Of a path; names and values are decoded if asked for. A fragment belongs to the last value, as in Envoy. */
  static ofPath(path: ByteString, decode: boolean): QueryParams {
    const at = path.indexOf('?');
    return QueryParams.ofText(at < 0 ? '' : path.slice(at + 1), decode);
  }

  static ofText(text: ByteString, decode: boolean): QueryParams {
    const params = new QueryParams();
    const read = decode ? percentDecode : (raw: ByteString): ByteString => raw;
    // Envoy stops at the end of the text: nothing follows a final "&", but "a&&b" has an empty name.
    const items = text === '' ? [] : text.replace(/&$/, '').split('&');
    for (const item of items) {
      const equals = item.indexOf('=');
      if (equals < 0) params.add(read(item), '');
      else params.add(read(item.slice(0, equals)), read(item.slice(equals + 1)));
    }
    return params;
  }

  first(name: ByteString): ByteString | undefined {
    return this.#values.get(name)?.[0];
  }

  add(name: ByteString, value: ByteString): void {
    const list = this.#values.get(name);
    if (list === undefined) this.#values.set(name, [value]);
    else list.push(value);
  }

  overwrite(name: ByteString, value: ByteString): void {
    this.#values.set(name, [value]);
  }

  remove(name: ByteString): void {
    this.#values.delete(name);
  }

  /** `?a=1&b=2`, or nothing. */
  toString(): ByteString {
    const names = [...this.#values.keys()].toSorted((a, b) => (a < b ? -1 : 1));
    const items = names.flatMap((name) => (this.#values.get(name) ?? []).map((value) => `${name}=${value}`));
    return items.length === 0 ? '' : `?${items.join('&')}`;
  }

  /** The path with this query in place of its own. */
  replaceIn(path: ByteString): ByteString {
    const at = path.indexOf('?');
    return (at < 0 ? path : path.slice(0, at)) + this.toString();
  }
}
