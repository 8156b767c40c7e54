// One scenario through a running Envoy.
import http2 from 'node:http2';
import path from 'node:path';
import { buildClusters, buildListener, isTcp } from './config.mjs';
import { QUIET_MS } from './envoy.mjs';
import { exchange, stepsOf } from './http-client.mjs';
import { normalise, phase } from './record.mjs';
import { TcpServers, converse } from './tcp.mjs';
import { ENVOY_VERSION, freePort, getStats, sleep } from './util.mjs';

const DEFAULT_TIMEOUT_MS = 3000;
const created = 'listener_manager.listener_create_success';

let serial = 0;

/**
 * What Envoy does with `scenario`, in the form of `expect`. File names in it are relative to `dir`. With `trace` every call between
 * host and module is told.
 */
export async function runScenario(envoy, upstreams, scenario, dir, { trace = false } = {}) {
  const port = await freePort();
  const servers = isTcp(scenario) ? await tcpServers(upstreams) : null;
  const { resources, slotNames, slotPorts, specs } = buildClusters(scenario, upstreams, dir, servers);
  upstreams.set(slotNames, specs);
  upstreams.calls.length = 0;
  servers?.set(slotNames);
  const ports = new Map([[port, '{listener}'], ...slotNames.map((name, slot) => [slotPorts[slot], `{${name}}`])]);
  const clientPorts = [];
  const observed = { envoy: ENVOY_VERSION };

  const clusterError = await envoy.push('cds.json', 'cluster_manager.cds', resources);
  const mark = envoy.logs.length;
  envoy.access.length = 0;
  const before = (await getStats(envoy.adminPort, `^${created}$`))[created] ?? 0;
  const listener = buildListener(scenario, dir, port, `l${++serial}`);
  const error = clusterError ?? (await envoy.push('lds.json', 'listener_manager.lds', [listener]));
  if (error) {
    observed.rejected = refusal(error, dir);
    // A refused listener may vanish before the worker gets to log anything: only the main thread is the same in every run.
    const { mainThread } = phase(envoy.logs.slice(mark), trace);
    if (mainThread) observed.start = { mainThread };
    await envoy.push('lds.json', 'listener_manager.lds', []);
    return normalise(observed, ports, [], dir, scenario);
  }
  await envoy.waitStat(created, (value) => value > before);
  await envoy.quiet();
  addTo(observed, 'start', phase(envoy.logs.slice(mark), trace));

  const client = new Client(port, clientPorts);
  if (servers) Object.assign(observed, await converse({ sc: scenario, port, envoy, up: upstreams, servers, clientPorts, trace }));
  else {
    observed.exchanges = [];
    for (const step of stepsOf(scenario)) {
      observed.exchanges.push(await runStep({ step, scenario, envoy, upstreams, client, slotNames, specs, trace }));
    }
  }
  if (scenario.stats) observed.stats = await readStats(scenario, envoy, servers !== null);

  const endMark = envoy.logs.length;
  const endCall = upstreams.calls.length;
  client.close();
  servers?.reset();
  await envoy.push('lds.json', 'listener_manager.lds', []);
  await envoy.waitStat('listener_manager.total_listeners_draining', (value) => value === 0);
  await envoy.quiet();
  const end = phase(envoy.logs.slice(endMark), trace);
  const late = upstreams.calls.slice(endCall);
  if (late.length > 0) end.callouts = late.map(({ cluster, headers, body }) => ({ cluster, headers, body }));
  addTo(observed, 'end', end);
  return normalise(observed, ports, clientPorts, dir, scenario);
}

/** Made once, by the first scenario that needs them. */
async function tcpServers(upstreams) {
  if (!upstreams.tcp) {
    upstreams.tcp = new TcpServers();
    await upstreams.tcp.start();
  }
  return upstreams.tcp;
}

/** Envoy's message without what differs from run to run. */
function refusal(error, dir) {
  return error
    .replaceAll(dir + path.sep, '')
    .replace(/^[^\n]*?(update rejected|rejected): /, '')
    .replace(/Error adding\/updating listener\(s\) l\d+: /, '')
    .trim();
}

/** One connection, made again when it has been closed. */
class Client {
  #session;

  constructor(port, clientPorts) {
    this.port = port;
    this.clientPorts = clientPorts;
  }

  async session() {
    if (!this.#session || this.#session.destroyed || this.#session.closed) this.#session = await this.#connect();
    return this.#session;
  }

  #connect() {
    return new Promise((resolve, reject) => {
      const session = http2.connect(`http://127.0.0.1:${this.port}`, { settings: { enablePush: false } });
      session.on('error', () => {});
      session.once('error', reject);
      session.once('connect', () => {
        this.clientPorts.push(session.socket.localPort);
        resolve(session);
      });
    });
  }

  close() {
    this.#session?.destroy();
  }
}

async function runStep({ step, scenario, envoy, upstreams, client, slotNames, specs, trace }) {
  const mark = envoy.logs.length;
  const firstCall = upstreams.calls.length;
  const firstAccess = envoy.access.length;
  if (step.upstream || step.clusters) {
    const own = step.upstream ? { upstream: step.upstream, ...step.clusters } : step.clusters;
    upstreams.set(slotNames, new Map([...specs, ...Object.entries(own)]));
  }
  const requests = step.request ? [step.request].flat() : [];
  const result = {};
  if (requests.length > 0) {
    const session = await client.session();
    const answers = await Promise.all(requests.map((request) => exchange(session, request, scenario.timeoutMs ?? DEFAULT_TIMEOUT_MS)));
    if (answers.length === 1) [result.downstream] = answers;
    else result.downstreams = answers;
  }
  if (step.waitMs) await sleep(step.waitMs);
  await envoy.quiet(scenario.quietMs ?? QUIET_MS, scenario.quietMaxMs ?? 600);
  for (let i = 0; i < 40 && envoy.access.length - firstAccess < requests.length; i++) await sleep(10);

  const calls = upstreams.calls.slice(firstCall).map(shownCall);
  if (requests.length > 0) {
    const received = calls.filter((call) => call.cluster === 'upstream').map(withoutCluster);
    result.upstream = received.length === 0 ? null : oneOrAll(received);
  }
  const callouts = requests.length > 0 ? calls.filter((call) => call.cluster !== 'upstream') : calls;
  if (callouts.length > 0) result.callouts = callouts;
  const access = envoy.access.slice(firstAccess).map(withoutEmpty);
  if (access.length > 0) result.accessLog = oneOrAll(access);
  Object.assign(result, phase(envoy.logs.slice(mark), trace));
  if (step.waitMs && requests.length === 0) result.waitMs = step.waitMs;
  return result;
}

function shownCall({ cluster, headers, body, trailers, aborted }) {
  return { cluster, headers, body, ...(trailers ? { trailers } : {}), ...(aborted ? { aborted } : {}) };
}

function withoutCluster(call) {
  const rest = { ...call };
  delete rest.cluster;
  return rest;
}

async function readStats(scenario, envoy, numbersOnly) {
  await sleep(scenario.statsDelayMs ?? 50);
  const all = {};
  for (const prefix of [scenario.stats].flat()) {
    Object.assign(all, await getStats(envoy.adminPort, `^${prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));
  }
  const kept = Object.entries(all).filter(([, value]) => !numbersOnly || typeof value === 'number');
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const oneOrAll = (list) => (list.length === 1 ? list[0] : list);
const withoutEmpty = (entry) => Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null && value !== ''));

function addTo(observed, name, part) {
  if (Object.keys(part).length > 0) observed[name] = part;
}
