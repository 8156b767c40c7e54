import { bytesToBase64, concatBytes } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asArray, asObject, asString, isObject } from '#base/json.ts';
import type { CompiledListener } from '../listener/compile-listener.ts';
import { newFacts } from '../listener/connection-facts.ts';
import type { Proxy } from '../proxy.ts';
import { AcceptedSocket } from '../tcp/accept.ts';
import type { TcpClient } from '../tcp/connection.ts';
import type { ServerConnection } from '../tcp/tcp-servers.ts';
import { shownBody } from '../upstreams/body-spec.ts';
import { LISTENER_PORT } from './build-listener.ts';
import type { ConnectionObserver } from '../tcp/network-filter.ts';
import { conversationBytes } from './conversation-bytes.ts';
import { calloutOf } from './recorded-calls.ts';

/** What the runner gives to a conversation. */
export interface ConversationHost {
  readonly proxy: Proxy;
  readonly listener: CompiledListener;
  /** Lets everything happen that happens within the quiet time. */
  quiet(): Promise<void>;
  /** Logs and callbacks since the last look. */
  phase(): object;
  /** Watches the network filters. */
  readonly observer?: ConnectionObserver | undefined;
}

/** The connections to make: a scenario, or one conversation of a preview. */
export interface ConversationScript {
  readonly conversation?: readonly JsonObject[] | undefined;
  readonly connections?: readonly JsonObject[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const kinds = ['client', 'upstream', 'closeClient', 'closeUpstream', 'waitMs'] as const;
const CLIENT_PORT = 40_000;

/** Text stays readable; anything with control characters other than tab and line ends is base64. */
function shown(parts: readonly Uint8Array[]): JsonValue {
  const bytes = concatBytes(parts);
  const isControl = (c: number): boolean => (c < 32 && c !== 9 && c !== 10 && c !== 13) || c === 127;
  return bytes.some(isControl) ? { base64: bytesToBase64(bytes) } : shownBody(bytes);
}

/** The scripted client of one connection. */
class ScriptedClient implements TcpClient {
  readonly #all: Uint8Array[] = [];
  #fresh: Uint8Array[] = [];
  #freshClosed: 'FIN' | 'RST' | undefined;
  how: 'FIN' | 'RST' | undefined;
  /** The script has closed both directions. */
  gone = false;
  ended = false;
  /** Bytes were sent to where nobody listens any more: the answer is a reset, seen at the next write. */
  #refused = false;

  received(bytes: Uint8Array): void {
    if (this.gone) return;
    this.#all.push(bytes);
    this.#fresh.push(bytes);
  }

  closed(how: 'FIN' | 'RST'): void {
    if (this.gone || this.how === 'RST' || this.how === how) return;
    this.how = how;
    this.#freshClosed = how;
  }

  /** The script writes although Envoy has left. */
  sentInVain(): void {
    if (this.#refused) this.closed('RST');
    this.#refused = true;
  }

  take(): JsonObject {
    const out: Record<string, JsonValue> = {};
    if (this.#fresh.length > 0) out['received'] = shown(this.#fresh);
    if (this.#freshClosed !== undefined) out['closed'] = this.#freshClosed;
    this.#fresh = [];
    this.#freshClosed = undefined;
    return out;
  }

  total(): JsonObject {
    return { received: shown(this.#all), ...(this.how === undefined ? {} : { closed: this.how }) };
  }
}

interface Item {
  readonly socket: AcceptedSocket;
  readonly client: ScriptedClient;
  readonly steps: JsonValue[];
  readonly first: number;
  until: number;
  closedBy: string | undefined;
  log: JsonObject | undefined;
}

/** Runs the connections of a scenario; the result is `connections` of the observation. */
export async function converse(script: ConversationScript, host: ConversationHost): Promise<JsonValue[]> {
  const conversation = new Conversation(host);
  const { conversation: steps, from, to } = script;
  const list = script.connections ?? [{ conversation: steps, from, to }];
  for (const [i, spec] of list.entries()) await conversation.run(spec, i < list.length - 1);
  return conversation.finish();
}

class Conversation {
  readonly #host: ConversationHost;
  readonly #items: Item[] = [];
  #ids = 0;

  constructor(host: ConversationHost) {
    this.#host = host;
  }

  get #servers(): readonly ServerConnection[] {
    return this.#host.proxy.servers.connections;
  }

  async run(spec: JsonObject, isFollowed: boolean): Promise<void> {
    const { proxy, listener } = this.#host;
    const client = new ScriptedClient();
    const id = ++this.#ids;
    const remote = `${asString(spec['from']) ?? '127.0.0.1'}:${CLIENT_PORT + id}`;
    const local = `${asString(spec['to']) ?? '127.0.0.1'}:${LISTENER_PORT}`;
    const item: Item = {
      socket: new AcceptedSocket(proxy, listener, newFacts(remote, local), client, id, {
        closed: (socket) => (item.log = accessLogOf(socket, remote, local)),
        filters: this.#host.observer,
      }),
      client,
      steps: [],
      first: this.#servers.length,
      until: 0,
      closedBy: undefined,
      log: undefined,
    };
    this.#items.push(item);
    item.socket.accept();
    await this.#look(item, { step: 'connect' });
    for (const step of asArray(spec['conversation'])) if (isObject(step)) await this.#step(item, step);
    item.until = this.#servers.length;
    if (spec['keepOpen'] !== true) await this.#end(item);
    if (isFollowed && typeof spec['thenWaitMs'] === 'number') await this.#wait(spec['thenWaitMs']);
  }

  async finish(): Promise<JsonValue[]> {
    for (const item of this.#items) await this.#end(item);
    return this.#items.map((item) => {
      const upstream = this.#servers
        .slice(item.first, item.until)
        .map((server) => ({ id: server.id, cluster: server.cluster, ...totalOf(server) }));
      return {
        conversation: item.steps,
        client: item.client.total(),
        ...(upstream.length === 0 ? {} : { upstream }),
        closedBy: item.closedBy ?? 'client',
        ...(item.log === undefined ? {} : { accessLog: item.log }),
      };
    });
  }

  async #step(item: Item, step: JsonObject): Promise<void> {
    const kind = kinds.find((name) => step[name] !== undefined);
    if (kind === undefined) return;
    const record: Record<string, JsonValue> = { step: kind };
    const skipped =
      kind === 'client' || kind === 'closeClient'
        ? this.#clientStep(item, kind, step)
        : kind === 'waitMs'
          ? undefined
          : this.#upstreamStep(kind, step);
    if (skipped !== undefined) record['skipped'] = skipped;
    if (kind === 'waitMs') await this.#wait(Number(step['waitMs']));
    await this.#look(item, record);
  }

  #clientStep(item: Item, kind: 'client' | 'closeClient', step: JsonObject): string | undefined {
    const { client, socket } = item;
    if (client.gone || client.how === 'RST') return 'connection closed';
    if (kind === 'client') {
      if (client.ended) return 'connection closed';
      if (socket.over) client.sentInVain();
      else socket.clientData(conversationBytes(step['client']));
      return undefined;
    }
    const how = step['closeClient'];
    if (how === 'half') {
      client.ended = true;
      socket.clientEnd(false);
      return undefined;
    }
    client.gone = true;
    if (how === 'reset') socket.clientReset();
    else socket.clientEnd(true);
    item.closedBy ??= 'client';
    return undefined;
  }

  #upstreamStep(kind: 'upstream' | 'closeUpstream', step: JsonObject): string | undefined {
    const { cluster, id } = step;
    const server = this.#servers.findLast(
      (item) => (cluster === undefined || item.cluster === cluster) && (id === undefined || item.id === id),
    );
    if (server === undefined || server.gone) return 'no upstream connection';
    if (kind === 'upstream') {
      if (!server.writable) return 'connection closed';
      server.send(conversationBytes(step['upstream']));
      return undefined;
    }
    const how = step['closeUpstream'];
    server.finish(how === 'half' || how === 'reset' ? how : true);
    return undefined;
  }

  async #wait(ms: number): Promise<void> {
    const { loop } = this.#host.proxy;
    await loop.runTo(loop.nowNs + BigInt(Math.round(ms * 1e6)));
  }

  async #look(item: Item, record: Record<string, JsonValue>): Promise<void> {
    await this.#host.quiet();
    const client = item.client.take();
    if (Object.keys(client).length > 0) record['client'] = client;
    const upstream = this.#servers.flatMap((server) => {
      const fresh = freshOf(server);
      return Object.keys(fresh).length === 0 ? [] : [{ id: server.id, cluster: server.cluster, ...fresh }];
    });
    if (upstream.length > 0) record['upstream'] = upstream;
    const calls = this.#host.proxy.clusters.calls.splice(0);
    if (calls.length > 0) record['callouts'] = calls.map(calloutOf);
    Object.assign(record, this.#host.phase());
    item.steps.push(record);
    if (item.closedBy === undefined && item.client.how !== undefined && record['step'] !== 'closeClient') {
      item.closedBy = record['step'] === 'closeUpstream' ? 'upstream' : 'envoy';
    }
  }

  /** What is open after the last step is ended: the client first, then upstreams that were told the end. */
  async #end(item: Item): Promise<void> {
    const { client } = item;
    // A socket whose both directions have ended is gone by itself.
    if (!client.gone && client.how !== 'RST' && !(client.ended && client.how === 'FIN')) {
      const open = client.how === undefined;
      client.gone = true;
      item.socket.clientEnd(true);
      if (open) item.closedBy ??= 'client';
      await this.#look(item, { step: 'end' });
      if (!open) dropIfEmpty(item.steps);
    }
    const left = this.#servers.slice(item.first, item.until).filter((server) => server.closed === 'FIN' && !server.gone && server.writable);
    if (left.length === 0) return;
    for (const server of left) server.finish(true);
    await this.#look(item, { step: 'endUpstream' });
    dropIfEmpty(item.steps);
  }
}

function dropIfEmpty(steps: JsonValue[]): void {
  if (Object.keys(asObject(steps.at(-1))).length === 1) steps.pop();
}

function freshOf(server: ServerConnection): JsonObject {
  const out: Record<string, JsonValue> = {};
  if (server.isNew) out['opened'] = true;
  if (server.fresh.length > 0) out['received'] = shown(server.fresh);
  if (server.freshClosed !== undefined) out['closed'] = server.freshClosed;
  server.isNew = false;
  server.fresh = [];
  server.freshClosed = undefined;
  return out;
}

function totalOf(server: ServerConnection): JsonObject {
  return { received: shown(server.all), ...(server.closed === undefined ? {} : { closed: server.closed }) };
}

/** The recordings' own access log of a connection; fields without value are left out. */
function accessLogOf({ connection, facts }: AcceptedSocket, remote: string, local: string): JsonObject {
  const info = connection?.info;
  const flags = info?.flagsText ?? '-';
  const all: Record<string, JsonValue | undefined> = {
    remote: facts.remoteAddress === remote ? undefined : facts.remoteAddress,
    local: facts.localAddress === local ? undefined : facts.localAddress,
    chain: info?.connection.filterChainName,
    cluster: info?.clusterName,
    flags: flags === '-' ? undefined : flags,
    details: info?.responseCodeDetails,
    termination: info?.connectionTerminationDetails,
    upstreamFailure: info?.upstreamTransportFailure,
    sni: facts.serverName,
    received: info?.bytesReceived ?? 0,
    sent: info?.bytesSent ?? 0,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ''));
}
