import type { BsonDocument } from './bson.ts';
import { BsonType, findField, MongoError } from './bson.ts';

/** What kind of work a query is, for statistics. */
export interface QueryInfo {
  readonly id: number;
  /** Name of a command; empty for a query. */
  readonly command: string;
  readonly collection: string;
  readonly callsite: string;
  readonly maxTimeMs: number;
  readonly type: 'primary_key' | 'scatter_get' | 'multi_get';
}

const aliases: Readonly<Record<string, string>> = {
  collstats: 'collStats',
  dbstats: 'dbStats',
  findandmodify: 'findAndModify',
  getlasterror: 'getLastError',
  ismaster: 'isMaster',
};

/** Reads a query (envoy `source/extensions/filters/network/mongo_proxy/utility.cc`). Throws `MongoError` for a name or command that cannot be. */
export function queryInfo(id: number, name: string, query: BsonDocument): QueryInfo {
  const plain = { id, command: '', maxTimeMs: 0 };
  if (name.includes('$cmd')) {
    const document = findField(query, '$query', BsonType.Document)?.document ?? query;
    const [first] = document.fields;
    if (first === undefined) throw new MongoError();
    if (first.key !== 'find')
      return { ...plain, command: aliases[first.key] ?? first.key, collection: '', callsite: '', type: 'scatter_get' };
    const filter = findField(document, 'filter', BsonType.Document)?.document;
    return {
      ...plain,
      collection: first.text ?? '',
      callsite: callsiteOf(findField(document, 'comment', BsonType.String)?.text),
      type: filter === undefined ? 'scatter_get' : typeOf(filter),
    };
  }
  const dot = name.indexOf('.');
  if (dot < 0) throw new MongoError();
  const top = typeOf(query);
  const inner = findField(query, '$query', BsonType.Document)?.document;
  return {
    ...plain,
    collection: name.slice(dot + 1),
    callsite: callsiteOf(findField(query, '$comment', BsonType.String)?.text),
    maxTimeMs: (findField(query, '$maxTimeMS') ?? findField(query, 'maxTimeMS'))?.number ?? 0,
    type: top === 'scatter_get' && inner !== undefined ? typeOf(inner) : top,
  };
}

function typeOf(document: BsonDocument): QueryInfo['type'] {
  const id = findField(document, '_id');
  if (id === undefined) return 'scatter_get';
  return id.type === BsonType.Document || id.type === BsonType.Array ? 'multi_get' : 'primary_key';
}

/** The calling function named in a comment that is JSON. */
function callsiteOf(comment: string | undefined): string {
  if (comment === undefined) return '';
  try {
    const value: unknown = JSON.parse(comment);
    const name = typeof value === 'object' && value !== null && 'callingFunction' in value ? value.callingFunction : undefined;
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}
