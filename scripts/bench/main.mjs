/** Everything about streams, as JSON into the file that is named; a line for each chain says how far it is. */
import { writeFileSync } from 'node:fs';
import { chains, samples } from './chains.mjs';
import { guestAlone } from './guest-alone.mjs';
import { measureHostCalls } from './host-calls.mjs';
import { measureInFlight } from './in-flight.mjs';
import { measureStarts } from './starts.mjs';
import { measureChain } from './streams.mjs';

const [, , file, large] = process.argv;
const guests = Object.fromEntries(Object.entries(samples).map(([language, sample]) => [language, guestAlone(sample)]));
const rows = [];
for (const chain of chains) {
  const figures = await measureChain(chain);
  console.log(`${chain.name}: ${figures.us.toFixed(2)} µs`);
  rows.push({ name: chain.name, group: chain.group, language: chain.language, length: chain.length, ...figures });
}
const hostCalls = await measureHostCalls();
const inFlight = [await measureInFlight('Rust ×1', 1000), await measureInFlight('Rust ×10', 1000)];
const starts = await measureStarts(
  large === undefined ? [] : [{ name: 'Go, large', sample: { module: large, configuration: () => ({}) } }],
);
writeFileSync(file, JSON.stringify({ guests, rows, hostCalls, inFlight, starts }));
