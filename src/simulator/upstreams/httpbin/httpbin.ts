import type { Random } from '#base/random.ts';
import type { CallRecord } from '../clusters.ts';
import type { ScriptedAnswer } from '../scripted-responder.ts';
import type { Endpoint } from './endpoints.ts';
import { anything, endpoints } from './endpoints.ts';
import { notAllowed, notFound } from './pages.ts';
import { finish, text } from './reply.ts';
import { readRequest } from './request-view.ts';

interface Rule {
  readonly endpoint: Endpoint;
  readonly pattern: RegExp;
}

const rules: readonly Rule[] = endpoints.map((endpoint) => ({
  endpoint,
  pattern: new RegExp(
    `^${endpoint.path.replaceAll(/[.]/g, String.raw`\.`).replaceAll(/\{(\w+)(\*?)\}/g, (_, name: string, rest: string) => `(?<${name}>${rest === '' ? '[^/]+' : '.+'})`)}$`,
  ),
}));

/**
 * The built-in upstream: answers as kennethreitz/httpbin behind gunicorn does, from the tea pot of `/status/418` to the trailing blanks of its JSON. Random parts come
 * from the proxy's seeded chance, delays pass on the virtual clock. With `anyPath` a path that httpbin does not know is answered like
 * `/anything`, so that it can stand for any application.
 */
export function answerHttpbin(call: CallRecord, random: Random, anyPath = false): ScriptedAnswer {
  const request = readRequest(call);
  const head = request.method === 'HEAD';
  for (const { endpoint, pattern } of rules) {
    const match = pattern.exec(request.path);
    if (match === null) continue;
    const methods = endpoint.methods ?? ['GET'];
    const allowed = methods === 'any' || methods.includes(head ? 'GET' : request.method);
    if (request.method === 'OPTIONS') return finish(text('', { headers: [['allow', allowedMethods(methods)]] }), false);
    if (!allowed) return finish(text(notAllowed, { status: 405, type: 'text/html', headers: [['allow', allowedMethods(methods)]] }), head);
    return finish(endpoint.answer(request, match.groups ?? {}, random), head);
  }
  return finish(anyPath ? anything(request) : text(notFound, { status: 404, type: 'text/html' }), head);
}

function allowedMethods(methods: readonly string[] | 'any'): string {
  if (methods === 'any') return 'GET, HEAD, POST, PUT, DELETE, PATCH, TRACE, OPTIONS';
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}
