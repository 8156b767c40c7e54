/** The comments of Envoy's API, as the generator writes them: by full name, then by field or value; `''` is the type itself. */
export interface EnvoyDocs {
  readonly messages: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Reads `public/envoy/docs.json.gz` after `inflate`. Throws when it is not that file, which is a broken build. */
export function parseEnvoyDocs(bytes: Uint8Array): EnvoyDocs {
  const parsed = JSON.parse(new TextDecoder().decode(bytes)) as EnvoyDocs;
  return { messages: parsed.messages, enums: parsed.enums };
}

/** The bytes inside a gzip file; bytes that are not gzip come back as they are (some servers unpack on the way). */
export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
