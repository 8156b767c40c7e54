import type { JsonValue } from '#base/json.ts';
import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { CaseOutcome } from './run-case.ts';

const indent = '          ';
const words = { compared: 'ok', 'no-expectation': 'ran', updated: 'updated', failed: 'failed', unreadable: 'failed' } as const;

/** One case for people: its name, and below it what differs or, without expectation, what happened. */
export function reportText({ result, state }: CaseOutcome): string {
  const word = state === 'compared' && !result.pass ? 'differs' : words[state];
  const lines = [`${word.padEnd(indent.length - 1)} ${result.name}`];
  if (result.error !== undefined) lines.push(`${indent}${result.error}`);
  for (const { path, expected, observed } of result.differences ?? []) {
    lines.push(`${indent}${path}`, `${indent}  expected ${short(expected)}`, `${indent}  observed ${short(observed)}`);
  }
  if (state === 'no-expectation') lines.push(...whatHappened(result.observed).map((line) => indent + line));
  return `${lines.join('\n')}\n`;
}

function whatHappened(observed: JsonValue | undefined): readonly string[] {
  const { rejected, exchanges, connections, start, end } = asObject(observed);
  if (rejected !== undefined) return [`Envoy would refuse this: ${asString(rejected) ?? short(rejected)}`];
  const connectionLines = asArray(connections).map((item) => {
    const { client, closedBy } = asObject(item);
    return `connection closed by ${asString(closedBy) ?? 'nobody'}, received ${short(asObject(client)['received'])}`;
  });
  return [
    ...logs(start),
    ...asArray(exchanges).flatMap((exchange) => [...answers(exchange), ...logs(exchange)]),
    ...connectionLines,
    ...logs(end),
  ];
}

function answers(exchange: JsonValue): readonly string[] {
  const { downstream, downstreams } = asObject(exchange);
  return (downstreams === undefined ? [downstream] : asArray(downstreams)).filter(isObject).map(({ status, body, reset, timedOut }) => {
    const code = asNumber(status);
    const how = code === undefined ? '' : `${code} ${short(body)}`;
    return ['answer:', how, reset === undefined ? '' : `reset ${asString(reset) ?? ''}`, timedOut === true ? 'timed out' : '']
      .filter((part) => part !== '')
      .join(' ');
  });
}

function logs(part: JsonValue | undefined): readonly string[] {
  return asArray(asObject(part)['logs'])
    .map(asObject)
    .map(({ level, prefix, message, host }) => {
      const text = asString(message);
      return text === undefined
        ? `[${asString(level) ?? ''}] ${asString(host) ?? ''}`
        : `[${asString(level) ?? ''}] ${asString(prefix) ?? ''}: ${text}`;
    });
}

function short(value: JsonValue | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
