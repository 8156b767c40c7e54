import type { FilterChain, Listener } from '#envoy/listener.ts';
import { chainMatchInWords } from '#envoy/matcher-words.ts';
import type { Provenance } from '#envoy/provenance.ts';
import { formatRef } from '#envoy/provenance.ts';

/** A listener for people: its chains with their match in words, and below each filter why it stands there. */
export function chainText(listener: Listener): string {
  const filters = listener.listenerFilters.map((filter) => row('  listener filter  ', filter.name, filter.provenance)).join('');
  const { filterChains, defaultFilterChain } = listener;
  const chains = filterChains.map((chain) => oneChain(chain, chainMatchInWords(listener, chain))).join('');
  const last = defaultFilterChain === undefined ? '' : oneChain(defaultFilterChain, 'everything else');
  return `\n${listener.name}  ${listener.address}  ${listener.direction}\n${filters}${chains}${last}`;
}

function oneChain(chain: FilterChain, match: string): string {
  const filters = chain.networkFilters.flatMap((filter) => [
    row('    ', filter.name, filter.provenance),
    ...(filter.httpFilters ?? []).map((http) => row('      ', http.name, http.provenance)),
  ]);
  return `  chain ${chain.name === '' ? '(unnamed)' : chain.name}: ${match}\n${filters.join('')}`;
}

function row(indent: string, name: string, { resource, reasons }: Provenance): string {
  // Of a saved configuration only names tell anything; the same sentence on every line would not.
  const why = reasons.flatMap(({ code, text }) => (code === 'from-config' ? [] : [text])).join(' ');
  return `${indent}${name}${resource === undefined ? '' : `  [${formatRef(resource)}]`}\n${why === '' ? '' : `          ${why}\n`}`;
}
