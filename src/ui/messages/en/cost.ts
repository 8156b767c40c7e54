export const costMessages = {
  title: 'What the filters of this chain cost',
  about:
    'The request of the preview, many times through each plugin and inserted filter alone with the router, without a trace. The least of many batches counts: what this machine does undisturbed.',
  filter: 'Filter',
  none: 'no filter',
  noneText: 'the request as the first leaves it',
  perStream: 'per stream',
  alone: 'of that the filter',
  result: 'Result',
  same: 'as the first',
  differs: 'another than the first',
  noResponse: 'no response',
  streams: (count: number) => `${count} streams measured`,
  micros: (us: number) => (us >= 100 ? `${Math.round(us)} µs` : `${us.toFixed(1)} µs`),
  measuring: 'Measuring …',
  done: (count: number) => (count === 1 ? 'One filter measured' : `${count} filters measured`),
  again: 'Measure again',
  envoy: (wasm: number, lua: number) =>
    `A real Envoy 1.40 took ${wasm} µs for a header and path rewrite as Wasm and ${lua} µs as Lua, with HTTP and sockets (docs/benchmarks.md). Its Lua is compiled to machine code, ours is interpreted: compare Lua by the real one.`,
};
