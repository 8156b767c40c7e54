import { bytesToByteString } from '#base/bytes.ts';
import { WasmResult } from '#proxywasm/abi.ts';
import { makeFilterStateObject } from '../../http/filter-state.ts';
import { readFields } from '../proto-reader.ts';
import { streamOf } from '../stream-of.ts';
import type { ForeignFunction } from './foreign-function.ts';
import { badArgument, ok } from './foreign-function.ts';

const field = { path: 1, value: 2, span: 3 } as const;
const CONNECTION = 2;

/** A serialised `SetEnvoyFilterStateArguments`: an object that Envoy's own extensions read, under the name of its factory. */
export const setEnvoyFilterState: ForeignFunction = (argument, { stream }) => {
  const fields = readFields(argument);
  if (fields === undefined) return badArgument;
  const text = (number: number): string => bytesToByteString(fields.findLast((item) => item.field === number)?.bytes ?? new Uint8Array());
  const made = makeFilterStateObject(text(field.path), text(field.value));
  const info = streamOf(stream)?.info;
  if (made === 'unknown' || info === undefined) return { status: WasmResult.NotFound };
  if (made === 'invalid') return badArgument;
  const lifeSpan = Number(fields.findLast((item) => item.field === field.span)?.varint ?? 0n);
  const keeper = lifeSpan === CONNECTION ? (info.filterState.parent ?? info.filterState) : info.filterState;
  keeper.set(text(field.path), made);
  return ok;
};
