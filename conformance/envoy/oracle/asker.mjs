// Many scenarios, one after the other: one Envoy for all that leave no trace, one of its own for each that needs it.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Envoy } from './envoy.mjs';
import { runScenario } from './run-scenario.mjs';
import { Upstreams } from './upstreams.mjs';
import { ENVOY_VERSION, sleep } from './util.mjs';

export class Asker {
  #binary;
  #upstreams = new Upstreams();
  #shared;

  constructor(binary) {
    this.#binary = binary;
  }

  async start() {
    await this.#upstreams.start();
  }

  /** What Envoy does with the scenario of a file; `oracleError` when it could not be asked. `alone`: in a process of its own. */
  async ask(file, scenario, { trace = false, alone = scenario.isolate ?? Boolean(scenario.stats ?? scenario.secrets) } = {}) {
    let envoy;
    try {
      envoy = alone ? await this.#launch(scenario.secrets) : await this.#sharedEnvoy();
      return await runScenario(envoy, this.#upstreams, scenario, path.dirname(path.resolve(file)), { trace });
    } catch (error) {
      await sleep(100); // so that the end of the process is known
      if (envoy === this.#shared) await this.#stopShared();
      const ended = envoy?.exitInfo === undefined ? undefined : `Envoy itself ended (${envoy.exitInfo})`;
      return { envoy: ENVOY_VERSION, oracleError: ended ?? String(error.message ?? error) };
    } finally {
      if (alone) await envoy?.stop();
    }
  }

  async stop() {
    await this.#stopShared();
    this.#upstreams.stop();
    this.#upstreams.tcp?.stop();
  }

  async #launch(secrets) {
    const envoy = new Envoy(this.#binary, this.#upstreams, secrets);
    try {
      await envoy.start();
    } catch (error) {
      await envoy.stop();
      throw error;
    }
    return envoy;
  }

  async #sharedEnvoy() {
    this.#shared ??= await this.#launch();
    return this.#shared;
  }

  async #stopShared() {
    const envoy = this.#shared;
    this.#shared = undefined;
    await envoy?.stop();
  }
}

/** Scenario files; a folder stands for those in it. `only`: a part of their names. */
export function scenarioFiles(paths, only = '') {
  const files = paths.flatMap((item) =>
    statSync(item).isDirectory()
      ? readdirSync(item)
          .filter((name) => name.endsWith('.json'))
          .sort()
          .map((name) => path.join(item, name))
      : [item],
  );
  return files.filter((file) => path.basename(file).includes(only));
}

export const readScenario = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** An observation without the keys that a scenario calls `informative`: Envoy itself gives another value every time. */
export function compared(value, informative = []) {
  if (Array.isArray(value)) return value.map((item) => compared(item, informative));
  if (!isTree(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !informative.includes(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, compared(item, informative)]));
}

/** The places where two observations differ, `path: recorded -> now`. */
export function differences(a, b, at = '') {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (isTree(a) && isTree(b) && Array.isArray(a) === Array.isArray(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => differences(a[key], b[key], `${at}/${key}`));
  }
  return [`${at}: ${JSON.stringify(a)?.slice(0, 160)} -> ${JSON.stringify(b)?.slice(0, 160)}`];
}

const isTree = (value) => typeof value === 'object' && value !== null;
