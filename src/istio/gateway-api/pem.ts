const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*?)-----END \1-----/g;

/** Does the text have a certificate and a private key, each a whole DER structure? Whether they belong together is not asked. */
export function isKeyPair(certificate: string, key: string): boolean {
  return hasCertificate(certificate) && blocks(key).some(({ label, der }) => label.endsWith('PRIVATE KEY') && isWholeSequence(der));
}

export function hasCertificate(text: string): boolean {
  return blocks(text).some(({ label, der }) => label === 'CERTIFICATE' && isWholeSequence(der));
}

function blocks(text: string): readonly { readonly label: string; readonly der: string }[] {
  return [...text.matchAll(block)].map(([, label = '', body = '']) => ({ label, der: decodeBase64(body.replaceAll(/\s/g, '')) ?? '' }));
}

/** The bytes as a string of Latin-1, `undefined` when it is no base64. */
export function decodeBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

/** An ASN.1 SEQUENCE whose length reaches exactly to the end. */
function isWholeSequence(der: string): boolean {
  if (der.charCodeAt(0) !== 0x30) return false;
  const first = der.charCodeAt(1);
  if (first < 0x80) return der.length === 2 + first;
  const size = first & 0x7f;
  let length = 0;
  for (let i = 0; i < size; i++) length = length * 256 + der.charCodeAt(2 + i);
  return size <= 4 && der.length === 2 + size + length;
}
