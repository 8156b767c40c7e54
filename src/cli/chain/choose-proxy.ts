import type { Proxy } from '#istio/resource.ts';
import { UsageError } from '../command.ts';

/**
 * The workload named by `--proxy` (`ns/name`, or the name alone where it is the only one); the only one of the files when nothing is
 * named. Fails with a UsageError that names those there are.
 */
export function chooseProxy(proxies: readonly Proxy[], wanted: string | undefined): Proxy {
  if (proxies.length === 0) throw new UsageError('The files hold no workload: no Deployment, StatefulSet, DaemonSet, Pod or Gateway.');
  const workloads = `Workloads: ${proxies.map(nameOf).join(', ')}.`;
  const matching = wanted === undefined ? proxies : proxies.filter((proxy) => nameOf(proxy) === wanted || proxy.name === wanted);
  const [proxy, ...others] = matching;
  if (proxy === undefined) throw new UsageError(`There is no workload "${wanted ?? ''}". ${workloads}`);
  if (others.length > 0) throw new UsageError(`Say which workload with --proxy NS/NAME. ${workloads}`);
  return proxy;
}

function nameOf(proxy: Proxy): string {
  return `${proxy.namespace}/${proxy.name}`;
}
