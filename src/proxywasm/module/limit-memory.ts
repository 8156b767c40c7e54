import { maxMemoryBytes, pageBytes } from '../abi.ts';
import { Cursor } from './cursor.ts';
import type { Limits, ModuleInfo } from './module-info.ts';
import { readLimits } from './parse-module.ts';

export const maxPages = maxMemoryBytes / pageBytes;

/**
 * The module with the maximum of its own memory lowered to `pages`, so that `memory.grow` beyond it fails inside the guest as it does
 * under cpp-host's limit (`include/proxy-wasm/limits.h`). A module whose maximum is low enough is returned as it is. Everything behind
 * the memory section moves by the difference of the lengths.
 */
export function limitMemory(bytes: Uint8Array<ArrayBuffer>, info: ModuleInfo, pages: number): Uint8Array<ArrayBuffer> {
  const section = info.sections.find(({ id }) => id === 5);
  const limits = info.memory;
  if (section === undefined || limits === undefined || limits.wide || (limits.max !== undefined && limits.max <= pages)) {
    return bytes;
  }
  const cursor = new Cursor(bytes, section.start, section.start + section.size);
  const memories: Limits[] = [];
  for (let left = cursor.leb(); left > 0 && !cursor.failed; left--) memories.push(readLimits(cursor));
  const body = [...leb(memories.length), ...memories.flatMap((memory, i) => encodeLimits(i === 0 ? { ...memory, max: pages } : memory))];
  const replacement = [5, ...leb(body.length), ...body];
  const end = section.start + section.size;
  const out = new Uint8Array(section.at + replacement.length + bytes.length - end);
  out.set(bytes.subarray(0, section.at));
  out.set(replacement, section.at);
  out.set(bytes.subarray(end), section.at + replacement.length);
  return out;
}

function encodeLimits(limits: Limits): number[] {
  const flags = (limits.max === undefined ? 0 : 1) | (limits.shared ? 2 : 0) | (limits.wide ? 4 : 0);
  return [flags, ...leb(limits.min), ...(limits.max === undefined ? [] : leb(limits.max))];
}

function leb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return out;
}
