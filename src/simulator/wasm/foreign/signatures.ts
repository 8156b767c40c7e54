import { bytesToByteString } from '#base/bytes.ts';
import { WasmResult } from '#proxywasm/abi.ts';
import type { ForeignResult } from '#proxywasm/host.ts';
import { bytesToNumber } from '../../crypto/big-numbers.ts';
import { derElement } from '../../crypto/der.ts';
import { signEcdsaDer, verifyEcdsaDer } from '../../crypto/ecdsa.ts';
import type { Hash } from '../../crypto/hash.ts';
import { parsePrivateKey } from '../../crypto/private-key.ts';
import { parsePublicKey } from '../../crypto/public-key.ts';
import { signPkcs1, verifyPkcs1 } from '../../crypto/rsa.ts';
import type { Proxy } from '../../proxy.ts';
import { readFields } from '../proto-reader.ts';
import { ProtoWriter } from '../proto-writer.ts';
import type { ForeignFunction } from './foreign-function.ts';
import { badArgument } from './foreign-function.ts';

const hashes: Readonly<Record<string, Hash>> = {
  sha1: 'SHA-1',
  sha224: 'SHA-224',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** A serialised `VerifySignatureArguments` (envoy `source/common/crypto/utility_impl.cc`): RSA with PKCS 1, ECDSA with DER. */
export const verifySignature: ForeignFunction = (argument) => {
  const parts = partsOf(argument);
  if (parts === undefined) return badArgument;
  const [name, der, signature, text] = parts;
  const answer = (problem?: string): ForeignResult => {
    const message = new ProtoWriter();
    if (problem === undefined) message.varint(1, 1n);
    else message.byteString(2, problem);
    return { status: WasmResult.Ok, result: message.finish() };
  };
  const hash = hashOf(name);
  if (hash === undefined) return answer(`${bytesToByteString(name)} is not supported.`);
  // What follows the key is ignored.
  const key = parsePublicKey(der.subarray(0, derElement(der, 0)?.end));
  if (key === undefined || key.kind === 'Ed25519') return answer('Failed to initialize digest verify.');
  const good = key.kind === 'RSA' ? verifyPkcs1(key.key, hash, signature, text) : verifyEcdsaDer(key.key, hash, signature, text);
  return good ? answer() : answer('Failed to verify digest. Error code: 0');
};

/** A serialised `SignArguments`: hash function, private key (PKCS 8, DER), text. */
export const sign: ForeignFunction = (argument, { proxy }) => {
  const parts = partsOf(argument);
  if (parts === undefined) return badArgument;
  const [name, der, text] = parts;
  const failed = (problem: string): ForeignResult => ({ status: WasmResult.Ok, result: new ProtoWriter().byteString(3, problem).finish() });
  const hash = hashOf(name);
  if (hash === undefined) return failed(`${bytesToByteString(name)} is not supported.`);
  const key = parsePrivateKey(der);
  if (key === undefined) return failed('Invalid key type: private key required for signing operation.');
  const signature =
    key.kind === 'RSA' ? signPkcs1(key.key, hash, text) : key.kind === 'EC' ? signEcdsaDer(key.key, hash, chance(proxy), text) : undefined;
  if (signature === undefined) return failed('Invalid private key: key data is corrupted or malformed.');
  return { status: WasmResult.Ok, result: new ProtoWriter().varint(1, 1n).bytes(2, signature).finish() };
};

function hashOf(name: Uint8Array): Hash | undefined {
  const lower = bytesToByteString(name).toLowerCase();
  return Object.hasOwn(hashes, lower) ? hashes[lower] : undefined;
}

/** Fields 1 to 4; undefined when there is no key or the bytes are no message. */
function partsOf(message: Uint8Array): readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array] | undefined {
  const fields = readFields(message);
  const part = (number: number): Uint8Array => fields?.findLast(({ field }) => field === number)?.bytes ?? new Uint8Array();
  return fields === undefined || part(2).length === 0 ? undefined : [part(1), part(2), part(3), part(4)];
}

function chance(proxy: Proxy): bigint {
  const bytes = new Uint8Array(72);
  proxy.random.fill(bytes);
  return bytesToNumber(bytes);
}
