/** Operations of ZooKeeper by their numbers, named as in statistics (envoy `source/extensions/filters/network/zookeeper_proxy/decoder.h`). */
export const opcodes: ReadonlyMap<number, string> = new Map([
  [0, 'connect'],
  [1, 'create'],
  [2, 'delete'],
  [3, 'exists'],
  [4, 'getdata'],
  [5, 'setdata'],
  [6, 'getacl'],
  [7, 'setacl'],
  [8, 'getchildren'],
  [9, 'sync'],
  [11, 'ping'],
  [12, 'getchildren2'],
  [13, 'check'],
  [14, 'multi'],
  [15, 'create2'],
  [16, 'reconfig'],
  [17, 'checkwatches'],
  [18, 'removewatches'],
  [19, 'createcontainer'],
  [21, 'createttl'],
  [-11, 'close'],
  [100, 'auth'],
  [101, 'setwatches'],
  [103, 'getephemerals'],
  [104, 'getallchildrennumber'],
  [105, 'setwatches2'],
  [106, 'addwatch'],
]);

/** Names of `LatencyThresholdOverride.Opcode` are those of statistics but for their capitals, and for authentication. */
export function opcodeOfConfig(name: string): string {
  const lower = name.toLowerCase();
  return lower === 'setauth' ? 'auth' : lower;
}

export const createTypes = [
  'persistent',
  'ephemeral',
  'persistent_sequential',
  'ephemeral_sequential',
  'container',
  'persistent_with_ttl',
  'persistent_sequential_with_ttl',
];
