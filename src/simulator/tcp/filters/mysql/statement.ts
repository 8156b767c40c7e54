/** Tables a statement touches with what it does to them. */
export type TableAccess = ReadonlyMap<string, readonly string[]>;

const NAME = '`?([A-Za-z_][\\w$]*(?:`?\\.`?[A-Za-z_][\\w$]*)?)`?';
const shapes: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`^\\s*insert\\s+(?:ignore\\s+)?into\\s+${NAME}`, 'i'), 'insert'],
  [new RegExp(`^\\s*update\\s+${NAME}`, 'i'), 'update'],
  [new RegExp(`^\\s*delete\\s+from\\s+${NAME}`, 'i'), 'delete'],
  [new RegExp(`^\\s*create\\s+(?:temporary\\s+)?table\\s+(?:if\\s+not\\s+exists\\s+)?${NAME}`, 'i'), 'create'],
  [new RegExp(`^\\s*drop\\s+table\\s+(?:if\\s+exists\\s+)?${NAME}`, 'i'), 'drop'],
  [new RegExp(`^\\s*alter\\s+table\\s+${NAME}`, 'i'), 'alter'],
];

/**
 * The tables of the common statements. Envoy has a whole SQL parser (`contrib/common/sqlutils`); what is not one of these forms counts as not
 * parsed here. Undefined: no statement.
 */
export function tableAccess(text: string): TableAccess | undefined {
  const plain = text.replaceAll(/'(?:[^'\\]|\\.|'')*'/g, "''").replaceAll(/\/\*.*?\*\/|--[^\n]*/gs, ' ');
  const out = new Map<string, string[]>();
  const add = (name: string | undefined, operation: string): void => {
    if (name === undefined) return;
    const table = name.replaceAll('`', '');
    out.set(table, [...new Set([...(out.get(table) ?? []), operation])]);
  };
  const shape = shapes.find(([pattern]) => pattern.test(plain));
  if (shape !== undefined) add(shape[0].exec(plain)?.[1], shape[1]);
  else if (/^\s*show\s/i.test(plain)) return out;
  else if (!/^\s*(?:\(\s*)?select\s/i.test(plain)) return undefined;
  const sources = shape?.[1] === 'delete' ? plain.replace(/^\s*delete\s+from/i, '') : plain;
  for (const match of sources.matchAll(new RegExp(`\\b(?:from|join)\\s+((?:${NAME}(?:\\s+(?:as\\s+)?\\w+)?\\s*,\\s*)*${NAME})`, 'gi')))
    for (const part of (match[1] ?? '').split(',')) add(new RegExp(`^\\s*${NAME}`).exec(part)?.[1], 'select');
  return out;
}
