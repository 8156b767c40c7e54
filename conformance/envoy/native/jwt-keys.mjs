/** Keys and tokens of the jwt_authn scenarios. The keys sign nothing but these. */
import { createHash, createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const keyFile = new URL('jwt-keys.json', import.meta.url);
const { pem, certificates, signatures } = JSON.parse(readFileSync(keyFile, 'utf8'));
const keys = Object.fromEntries(Object.entries(pem).map(([name, text]) => [name, createPrivateKey(text)]));
const secret = Buffer.from('a secret of the laboratory that is long enough for HS512, 64 bytes and more');

export { certificates };

export function jwk(name, extra = {}) {
  if (name === 'oct') return { kty: 'oct', k: secret.toString('base64url'), ...extra };
  return { ...createPublicKey(keys[name]).export({ format: 'jwk' }), ...extra };
}

export const jwks = (...list) => JSON.stringify({ keys: list });

export const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const pemPublicKey = (name) => createPublicKey(keys[name]).export({ type: 'spki', format: 'pem' });
export const derPublicKey = (name) => createPublicKey(keys[name]).export({ type: 'spki', format: 'der' });

/** A signed token. */
export function token(alg, key, payload, header = {}) {
  const text = `${base64url({ alg, typ: 'JWT', ...header })}.${base64url(payload)}`;
  return `${text}.${signature(alg, key, text).toString('base64url')}`;
}

/** A signature; the random ones are kept, so that the scenarios stay the same. */
export function signature(alg, key, text) {
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith('HS')) return createHmac(hash, secret).update(text).digest();
  if (alg === 'EdDSA') return sign(null, Buffer.from(text), keys[key]);
  if (alg.startsWith('RS')) return sign(hash, Buffer.from(text), keys[key]);
  const id = createHash('sha256').update(`${alg} ${key} ${text}`).digest('hex').slice(0, 16);
  if (signatures[id] === undefined) {
    const how = alg.startsWith('ES') ? { key: keys[key], dsaEncoding: 'ieee-p1363' } : { key: keys[key], padding: 6, saltLength: -1 };
    signatures[id] = sign(hash, Buffer.from(text), how).toString('base64url');
    if (existsSync(keyFile)) writeFileSync(keyFile, `${JSON.stringify({ pem, certificates, signatures }, null, 2)}\n`);
  }
  return Buffer.from(signatures[id], 'base64url');
}

/** The same token with one bit of its signature turned. */
export function spoilt(text) {
  const parts = text.split('.');
  const bytes = Buffer.from(parts[2], 'base64url');
  bytes[9] ^= 1;
  return `${parts[0]}.${parts[1]}.${bytes.toString('base64url')}`;
}
