import type { ManagerOptions } from './manager-options.ts';

export type NormalisedPath =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'reject'; readonly details: string }
  | { readonly kind: 'redirect'; readonly path: string };

/** The connection manager's path options in Envoy's order (envoy `ConnectionManagerUtility::maybeNormalizePath`). */
export function normalisePath(path: string, options: ManagerOptions): NormalisedPath {
  let current = path;
  let redirect = false;
  if (options.escapedSlashes !== 'KEEP_UNCHANGED' && options.escapedSlashes !== 'IMPLEMENTATION_SPECIFIC_DEFAULT') {
    const [bare, rest] = split(current);
    if (/%(?:2f|5c)/i.test(bare)) {
      if (options.escapedSlashes === 'REJECT_REQUEST') return { kind: 'reject', details: 'path_normalization_failed' };
      current = bare.replaceAll(/%2f/gi, '/').replaceAll(/%5c/gi, '\\') + rest;
      redirect = options.escapedSlashes === 'UNESCAPE_AND_REDIRECT';
    }
  }
  if (options.normalizePath) {
    const canonical = canonicalPath(current);
    if (canonical === undefined) return { kind: 'reject', details: 'path_normalization_failed' };
    current = canonical;
  }
  if (options.mergeSlashes) {
    const [bare, rest] = split(current);
    current = bare.replaceAll(/\/{2,}/g, '/') + rest;
  }
  return redirect ? { kind: 'redirect', path: current } : { kind: 'path', path: current };
}

function split(path: string): readonly [string, string] {
  const at = path.search(/[?#]/);
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at)];
}

/**
 * RFC 3986 normalisation as Chromium's URL library does it for Envoy: `\` becomes `/`, dot segments go, letters of needless escapes are decoded.
 * Undefined when the path cannot be normalised.
 */
export function canonicalPath(path: string): string | undefined {
  const at = path.indexOf('?');
  const query = at < 0 ? '' : path.slice(at);
  const bare = at < 0 ? path : path.slice(0, at);
  let text = '';
  for (let i = 0; i < bare.length; i++) {
    const c = bare.charAt(i);
    if (c === '\\') text += '/';
    else if (c === '%') {
      const hex = /^[0-9a-fA-F]{2}/.exec(bare.slice(i + 1));
      if (hex === null) {
        text += '%';
        continue;
      }
      const code = Number.parseInt(hex[0], 16);
      if (code === 0) return undefined;
      const decoded = String.fromCharCode(code);
      text += /[A-Za-z0-9\-._~]/.test(decoded) ? decoded : `%${hex[0]}`;
      i += 2;
    } else if (c > '~' || c <= ' ' || c === '"' || c === '<' || c === '>' || c === '`')
      text += `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
    else text += c;
  }
  return removeDotSegments(text) + query;
}

function removeDotSegments(path: string): string {
  const out: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (segment === '.') {
      if (last) out.push('');
    } else if (segment === '..') {
      out.pop();
      if (last) out.push('');
    } else out.push(segment);
  }
  return `/${out.join('/')}`;
}
