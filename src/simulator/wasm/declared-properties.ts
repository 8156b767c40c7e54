import { bytesToByteString } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import { WasmResult } from '#proxywasm/abi.ts';
import type { StreamView } from '#proxywasm/host.ts';
import { streamOf } from './stream-of.ts';
import { readFields } from './proto-reader.ts';

/** How long a property lives (envoy `declare_property.proto` `LifeSpan`). */
const span = { filterChain: 0, request: 1, connection: 2 } as const;

interface Declaration {
  readonly readOnly: boolean;
  readonly type: number;
  readonly span: number;
}

const usual: Declaration = { readOnly: false, type: 0, span: span.filterChain };

/** The properties a context has declared, by name. */
export class DeclaredProperties {
  readonly #declarations = new Map<ByteString, Declaration>();

  /** A serialised `DeclarePropertyArguments` (envoy `Context::declareProperty`): a name is declared once. */
  declare(message: Uint8Array): number {
    const fields = readFields(message);
    if (fields === undefined) return WasmResult.BadArgument;
    const number = (field: number): number => Number(fields.findLast((item) => item.field === field)?.varint ?? 0n);
    const name = bytesToByteString(fields.findLast(({ field }) => field === 1)?.bytes ?? new Uint8Array());
    if (this.#declarations.has(name)) return WasmResult.BadArgument;
    this.#declarations.set(name, { readOnly: number(2) !== 0, type: number(3), span: number(5) });
    return WasmResult.Ok;
  }

  /** `proxy_set_property`: an object of the filter state named `wasm.<path>` (envoy `Context::setProperty`). */
  write(path: ByteString, value: Uint8Array, stream: StreamView | undefined): number {
    const info = streamOf(stream)?.info;
    if (info === undefined) return WasmResult.NotFound;
    const key = `wasm.${path}`;
    const old = info.filterState.get(key);
    if (old?.readOnly === true) return WasmResult.BadArgument;
    const declared = this.#declarations.get(path) ?? usual;
    const keeper = declared.span === span.connection ? (info.filterState.parent ?? info.filterState) : info.filterState;
    keeper.set(key, { bytes: value.slice(), readOnly: declared.readOnly, type: declared.type });
    return WasmResult.Ok;
  }
}
