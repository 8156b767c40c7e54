import { asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { message, unlessDefault } from '../proto-json.ts';
import type { RouteParts } from './translate-route.ts';

const codes: Readonly<Record<number, string | undefined>> = {
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
};

/** An HTTPRedirect (istio/istio `pilot/pkg/networking/core/route/route.go ApplyRedirect`); a code Envoy does not know leaves the route without an action. */
export function redirectAction(redirect: JsonObject, port: number, isTls: boolean): RouteParts {
  const code = asNumber(redirect['redirectCode']) ?? 0;
  if (code !== 0 && code !== 301 && codes[code] === undefined) return { fields: {} };
  const scheme = asString(redirect['scheme']) ?? '';
  const prefixRewrite = asString(redirect['prefixRewrite']) ?? '';
  return {
    fields: {
      redirect: message({
        hostRedirect: unlessDefault(asString(redirect['authority'])),
        // a member of a oneof is written though it is empty
        ...(prefixRewrite === '' ? { pathRedirect: asString(redirect['uri']) ?? '' } : { prefixRewrite }),
        schemeRedirect: unlessDefault(scheme),
        portRedirect: unlessDefault(redirectPort(redirect, scheme === '' ? (isTls ? 'https' : 'http') : scheme, port)),
        responseCode: codes[code],
      }),
    },
  };
}

/** The port to name in the location; not the usual one of the scheme. */
function redirectPort(redirect: JsonObject, scheme: string, port: number): number {
  const derived = redirect['derivePort'];
  const number = derived === undefined ? (asNumber(redirect['port']) ?? 0) : derived === 'FROM_REQUEST_PORT' ? port : 0;
  return (number === 80 && scheme === 'http') || (number === 443 && scheme === 'https') ? 0 : number;
}

/** An HTTPDirectResponse. */
export function directResponseAction(direct: JsonObject): RouteParts {
  const body = direct['body'];
  const text = isObject(body) ? body['string'] : undefined;
  const bytes = isObject(body) ? body['bytes'] : undefined;
  return {
    fields: {
      directResponse: message({
        status: unlessDefault(asNumber(asObject(direct)['status'])),
        body: typeof text === 'string' ? { inlineString: text } : typeof bytes === 'string' ? { inlineBytes: bytes } : undefined,
      }),
    },
  };
}
