import { verifyEcdsa } from '../../crypto/ecdsa.ts';
import { verifyEd25519 } from '../../crypto/ed25519.ts';
import { equalBytes, hmac } from '../../crypto/hmac.ts';
import { verifyPkcs1, verifyPss } from '../../crypto/rsa.ts';
import type { Sha2 } from '#base/sha2.ts';
import type { Jwk } from './jwks.ts';
import type { Jwt } from './jwt.ts';
import type { Status } from './status.ts';

/** Tries every key whose id and algorithm fit (envoy `source/common/jwt/verify.cc` `verifyJwtWithoutTimeChecking`). */
export function verifySignature(jwt: Jwt, keys: readonly Jwk[]): Status {
  let fitting = false;
  for (const jwk of keys) {
    if (jwt.kid !== '' && jwk.kid !== '' && jwk.kid !== jwt.kid) continue;
    if (jwk.alg !== '' && jwk.alg !== jwt.alg) continue;
    fitting = true;
    if (jwk.kty === 'OKP' && jwt.signature.length !== 64) return 'JwtEd25519SignatureWrongLength';
    if (fits(jwt, jwk)) return 'Ok';
  }
  return fitting ? 'JwtVerificationFail' : 'JwksKidAlgMismatch';
}

function fits({ alg, signature, signed }: Jwt, jwk: Jwk): boolean {
  switch (jwk.kty) {
    case 'EC':
      return verifyEcdsa(jwk.key, hashOf(alg, 'ES'), signature, signed);
    case 'RSA':
      if (alg.startsWith('RS')) return verifyPkcs1(jwk.key, hashOf(alg, 'RS'), signature, signed);
      return alg.startsWith('PS') && verifyPss(jwk.key, hashOf(alg, 'PS'), signature, signed);
    case 'oct':
      return equalBytes(hmac(hashOf(alg, 'HS'), jwk.key, signed), signature);
    case 'OKP':
    default:
      return verifyEd25519(jwk.key, signature, signed);
  }
}

/** Envoy falls back to SHA-256 where the algorithm is not one of the key's family. */
function hashOf(alg: string, family: string): Sha2 {
  if (alg === `${family}384`) return 'SHA-384';
  return alg === `${family}512` ? 'SHA-512' : 'SHA-256';
}
