import type { JsonObject, JsonValue } from '#base/json.ts';
import { formatPath, isArray, isObject } from '#base/json.ts';
import type { JsonPath } from '#base/json.ts';

/** What is wrong with a value at a path, in words; undefined when nothing is. */
type Check = (value: JsonValue, path: JsonPath) => string | undefined;

const maxBodyBytes = 64 << 20;

const text: Check = (value, path) => (typeof value === 'string' ? undefined : says(path, 'must be a text'));
const flag: Check = (value, path) => (typeof value === 'boolean' ? undefined : says(path, 'must be true or false'));
const object: Check = (value, path) => (isObject(value) ? undefined : says(path, 'must be an object'));
const time: Check = (value, path) =>
  typeof value === 'number' && value >= 0 && value <= 1e9 ? undefined : says(path, 'must be a number of milliseconds');
const scalar: Check = (value, path) =>
  isObject(value) || isArray(value) || value === null ? says(path, 'must be a text or a number') : undefined;

const pattern: Check = (value, path) => {
  if (typeof value !== 'string') return says(path, 'must be a text');
  try {
    void new RegExp(value);
    return undefined;
  } catch (error) {
    return says(path, `is not a regular expression: ${error instanceof Error ? error.message : ''}`); // the user's text
  }
};

const status: Check = (value, path) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 999 ? undefined : says(path, 'must be a status code');

const headers: Check = (value, path) => {
  if (isObject(value)) return record(either(scalar, list(scalar), 'must be a text or a list of them'))(value, path);
  if (!isArray(value)) return says(path, 'must be a list of pairs or an object');
  const at = value.findIndex((pair) => !isArray(pair) || pair.length !== 2 || pair.some((item) => scalar(item, []) !== undefined));
  return at < 0 ? undefined : says([...path, at], 'must be a pair: ["name", "value"]');
};

const body: Check = (value, path) => {
  if (typeof value === 'string') return undefined;
  if (isObject(value) && typeof value['base64'] === 'string') return undefined;
  const { repeat, times } = isObject(value) ? value : {};
  if (typeof repeat !== 'string' || typeof times !== 'number') {
    return says(path, 'must be a text, {"base64": "…"} or {"repeat": "…", "times": n}');
  }
  if (!Number.isInteger(times) || times < 0) return says([...path, 'times'], 'must be a whole number');
  return times * repeat.length <= maxBodyBytes ? undefined : says(path, `must have at most ${maxBodyBytes >> 20} MiB`);
};

const request = shape({
  headers,
  body,
  bodyChunks: list(body),
  chunkDelayMs: time,
  trailers: headers,
  timeoutMs: time,
  cancelAfterMs: time,
  bodyDelayMs: time,
});

const responder: Check = (value, path) => shape({ ...answer, responses: list(shape(answer)) })(value, path);
const answer: Readonly<Record<string, Check>> = {
  echo: flag,
  status,
  headers,
  body,
  bodyChunks: list(body),
  chunkDelayMs: time,
  trailers: headers,
  delayMs: time,
  early: flag,
  reset: flag,
  resetAfterBody: flag,
  hang: flag,
  unreachable: flag,
  noHosts: flag,
  http: flag,
  clusterConfig: object,
  hostMetadata: object,
  locality: object,
};

const connection = shape({ conversation: list(object), from: text, to: text, keepOpen: flag, thenWaitMs: time });

/** Every key the simulator reads; others are left alone, as they may be notes of whoever wrote the case. */
const scenario: Readonly<Record<string, Check>> = {
  filters: list(object),
  networkFilters: list(object),
  listenerFilters: list(object),
  filterChains: list(object),
  defaultFilterChain: object,
  conversation: list(object),
  connections: list(connection),
  cluster: text,
  tcpProxy: object,
  terminal: flag,
  routes: either(list(object), object, 'must be a list of virtual hosts or a route configuration'),
  request: oneOrMore(request),
  steps: list(shape({ request: oneOrMore(request), upstream: responder, clusters: record(responder), waitMs: time })),
  upstream: responder,
  clusters: record(responder),
  stats: oneOrMore(text),
  isolate: flag,
  secrets: record(text),
  connectionManager: object,
  listener: object,
  timeoutMs: time,
  normalise: list(shape({ pattern, replace: text, sort: text, grpc: shape({ strike: list(text), sort: list(text) }) })),
  expect: object,
};

/** What keeps a JSON object from being a test case, or undefined. */
export function shapeProblem(value: JsonObject): string | undefined {
  if (value['version'] === undefined && !Object.keys(scenario).some((key) => value[key] !== undefined)) {
    return 'This is not a test case: it has neither "version" nor filters, a request or a conversation.';
  }
  return shape({ name: text, description: text, topic: text, ...scenario })(value, []);
}

function says(path: JsonPath, what: string): string {
  return `${path.length === 0 ? 'The test case' : `"${formatPath(path)}"`} ${what}.`;
}

/** An object with these keys; a key that is absent or null is fine. */
function shape(keys: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (!isObject(value)) return says(path, 'must be an object');
    for (const [key, check] of Object.entries(keys)) {
      const item = value[key];
      const problem = item === undefined || item === null ? undefined : check(item, [...path, key]);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

function list(of: Check): Check {
  return (value, path) => (isArray(value) ? firstOf(value, path, of) : says(path, 'must be a list'));
}

function oneOrMore(of: Check): Check {
  return (value, path) => (isArray(value) ? firstOf(value, path, of) : of(value, path));
}

function record(of: Check): Check {
  return (value, path) => {
    if (!isObject(value)) return says(path, 'must be an object');
    for (const [key, item] of Object.entries(value)) {
      const problem = of(item ?? null, [...path, key]);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

function either(a: Check, b: Check, what: string): Check {
  return (value, path) => (a(value, path) === undefined || b(value, path) === undefined ? undefined : says(path, what));
}

function firstOf(items: readonly JsonValue[], path: JsonPath, of: Check): string | undefined {
  for (const [i, item] of items.entries()) {
    const problem = of(item, [...path, i]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
