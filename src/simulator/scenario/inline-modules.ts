import { base64ToBytes, bytesToByteString, utf8Bytes } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import type { PluginFailure } from '#proxywasm/failures.ts';
import { loadModule } from '#proxywasm/load-module.ts';
import type { WasmCode } from '#proxywasm/load-module.ts';

/** The modules that stand in a listener itself, by their bytes. */
export async function inlineModules(listener: JsonObject): Promise<ReadonlyMap<string, Result<WasmCode, PluginFailure>>> {
  const out = new Map<string, Result<WasmCode, PluginFailure>>();
  for (const bytes of inlineCode(listener)) out.set(bytesToByteString(bytes), await loadModule(bytes));
  return out;
}

function inlineCode(value: JsonValue | undefined): readonly Uint8Array<ArrayBuffer>[] {
  if (isArray(value)) return value.flatMap(inlineCode);
  if (!isObject(value)) return [];
  const code = value['code'];
  const local = isObject(code) ? code['local'] : undefined;
  const own = isObject(local) ? [bytesOf(local)].filter((bytes) => bytes !== undefined) : [];
  return [...own, ...Object.values(value).flatMap(inlineCode)];
}

function bytesOf(local: JsonObject): Uint8Array<ArrayBuffer> | undefined {
  const bytes = local['inline_bytes'] ?? local['inlineBytes'];
  const text = local['inline_string'] ?? local['inlineString'];
  if (typeof bytes === 'string') return base64ToBytes(bytes);
  return typeof text === 'string' ? utf8Bytes(text) : undefined;
}
