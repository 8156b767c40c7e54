import type { JsonObject } from '#base/json.ts';
import { message, typed } from '../proto-json.ts';
import type { Service } from '../registry/service.ts';
import type { Snapshot } from '../snapshot.ts';

const filterName = 'envoy.filters.http.stateful_session';

/**
 * Configuration for the session filter where a service's labels ask for sticky sessions, by filter name; empty otherwise
 * (istio/istio `pilot/pkg/networking/util/util.go MaybeBuildStatefulSessionFilterConfig`).
 */
export function statefulSessionConfig(service: Service | undefined, snapshot: Snapshot): JsonObject {
  if (service === undefined || !snapshot.features.on('PILOT_ENABLE_PERSISTENT_SESSION_FILTER')) return {};
  const sessionState = sessionStateOf(service.labels);
  if (sessionState === undefined) return {};
  return {
    [filterName]: typed('envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute', {
      statefulSession: { sessionState },
    }),
  };
}

/** The field of a route or virtual host; absent when there is nothing in it. */
export function perFilter(configs: JsonObject): JsonObject | undefined {
  return Object.keys(configs).length > 0 ? configs : undefined;
}

/** `cookie-name` or `cookie-name:/path`, else a header. */
function sessionStateOf(labels: Readonly<Record<string, string>>): JsonObject | undefined {
  const cookie = labels['istio.io/persistent-session'] ?? '';
  const header = labels['istio.io/persistent-session-header'] ?? '';
  if (cookie !== '') {
    const at = cookie.indexOf(':');
    const [name, path] = at < 0 ? [cookie, '/'] : [cookie.slice(0, at), cookie.slice(at + 1)];
    return {
      name: 'envoy.http.stateful_session.cookie',
      typedConfig: typed('envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState', {
        cookie: message({ name: name === '' ? undefined : name, path: path === '' ? undefined : path }),
      }),
    };
  }
  if (header === '') return undefined;
  return {
    name: 'envoy.http.stateful_session.header',
    typedConfig: typed('envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState', { name: header }),
  };
}
