import { byteStringToBytes } from '#base/bytes.ts';
import { verifyEcdsaDer } from '../../../crypto/ecdsa.ts';
import type { Hash } from '../../../crypto/hash.ts';
import { parsePublicKey } from '../../../crypto/public-key.ts';
import { verifyPkcs1 } from '../../../crypto/rsa.ts';
import type { HostClass, MethodResult } from '../objects.ts';
import type { Arguments } from '../script-error.ts';
import { ScriptError } from '../script-error.ts';
import type { StreamRun } from '../stream-run.ts';
import { logMethods } from './log-methods.ts';

/** envoy `PublicKeyWrapper`: what `verifySignature` takes; nothing when the key could not be read. */
export const publicKeyClass: HostClass<{ readonly text: string }, StreamRun> = {
  name: 'publicKey',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua16PublicKeyWrapperE',
  methods: { ...logMethods, get: ({ text }) => [text === '' ? undefined : text] },
};

const hashes: Readonly<Record<string, Hash>> = {
  sha1: 'SHA-1',
  sha224: 'SHA-224',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** Envoy handles keys as C strings: they end at the first NUL. */
function cString(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** Reads a key in DER. Within one callback the first key is answered every time, as in Envoy. */
export function importPublicKey(run: StreamRun, args: Arguments): MethodResult {
  const text = args.string(2);
  const length = Math.trunc(args.number(3));
  const key = parsePublicKey(byteStringToBytes(text.slice(0, length)));
  const known = run.has('publicKey');
  const name = cString(text);
  if (!known && key !== undefined && !run.keys.has(name)) run.keys.set(name, key);
  return [run.object('publicKey', publicKeyClass, { text: key === undefined ? '' : name })];
}

/** envoy `Common::Crypto::UtilityImpl::verifySignature`: RSA (PKCS 1) and ECDSA (DER). */
export function verifySignature(run: StreamRun, args: Arguments): MethodResult {
  const name = args.string(2);
  const key = run.keys.get(cString(args.string(3)));
  if (key === undefined) throw new ScriptError('invalid public key');
  const signature = byteStringToBytes(args.string(4).slice(0, Math.trunc(args.number(5))));
  const text = byteStringToBytes(args.string(6).slice(0, Math.trunc(args.number(7))));
  const hash = hashes[name.toLowerCase()];
  if (hash === undefined) return [false, `${name} is not supported.`];
  if (key.kind === 'Ed25519') return [false, 'Failed to initialize digest verify.'];
  const good = key.kind === 'RSA' ? verifyPkcs1(key.key, hash, signature, text) : verifyEcdsaDer(key.key, hash, signature, text);
  return good ? [true, undefined] : [false, 'Failed to verify digest. Error code: 0'];
}
