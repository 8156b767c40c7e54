import { byteStringToUtf8 } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import type { JournalEntry } from '../journal.ts';

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const;

export interface Phase {
  logs?: JsonValue;
  callbacks?: JsonValue;
  mainThread?: JsonValue;
}

/** Journal entries in the shape of a recording: logs, callbacks, and those of the main thread apart. */
export function phaseOf(entries: readonly JournalEntry[]): Phase {
  const out = part(entries.filter((entry) => !entry.mainThread));
  const main = part(entries.filter((entry) => entry.mainThread));
  if (main.logs !== undefined || main.callbacks !== undefined) out.mainThread = main as JsonValue;
  return out;
}

function part(entries: readonly JournalEntry[]): Phase {
  const out: Phase = {};
  const logs: JsonValue[] = [];
  const callbacks: JsonValue[] = [];
  for (const entry of entries) {
    if (entry.kind === 'callback') {
      callbacks.push(entry.result === undefined ? [entry.name, [...entry.args]] : [entry.name, [...entry.args], entry.result]);
      continue;
    }
    const level = levels[entry.level] ?? 'critical';
    const text = byteStringToUtf8(entry.message);
    if (entry.from === 'lua') logs.push({ level, lua: text });
    else logs.push(entry.from === 'guest' ? { level, prefix: entry.prefix, message: text } : { level, host: text });
  }
  if (logs.length > 0) out.logs = logs;
  if (callbacks.length > 0) out.callbacks = callbacks;
  return out;
}
