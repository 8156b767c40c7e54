import { base64ToBytes, bytesToUtf8 } from '#base/bytes.ts';
import type { Endpoint } from './endpoints.ts';
import type { Reply } from './reply.ts';
import { json, text } from './reply.ts';
import type { HttpbinRequest } from './request-view.ts';

const realm = 'Basic realm="Fake Realm"';

function basic(request: HttpbinRequest, user: string, password: string, refusal: Reply): Reply {
  const value = /^Basic (.*)$/i.exec(request.header('authorization') ?? '')?.[1];
  const decoded = value === undefined ? undefined : base64ToBytes(value);
  if (decoded === undefined || bytesToUtf8(decoded) !== `${user}:${password}`) return refusal;
  return json({ authenticated: true, user });
}

/** Endpoints that ask for credentials. */
export const authEndpoints: readonly Endpoint[] = [
  {
    path: '/basic-auth/{user}/{password}',
    answer: (request, { user = '', password = '' }) =>
      basic(request, user, password, text('', { status: 401, headers: [['www-authenticate', realm]] })),
  },
  {
    path: '/hidden-basic-auth/{user}/{password}',
    answer: (request, { user = '', password = '' }) =>
      basic(request, user, password, json({ status: 404, message: 'NOT FOUND' }, { status: 404 })),
  },
  {
    path: '/bearer',
    answer: (request) => {
      const token = /^Bearer (.+)$/.exec(request.header('authorization') ?? '')?.[1];
      if (token === undefined) return text('', { status: 401, headers: [['www-authenticate', 'Bearer']] });
      return json({ authenticated: true, token });
    },
  },
];
