import { expect, test } from 'vitest';
import { tableAccess } from './statement.ts';

test.each([
  ['SELECT * FROM shop.orders o, users JOIN items ON 1', { 'shop.orders': ['select'], users: ['select'], items: ['select'] }],
  ["insert into `orders` values ('from nowhere')", { orders: ['insert'] }],
  ['INSERT INTO a SELECT * FROM b', { a: ['insert'], b: ['select'] }],
  ['delete from t where x in (select y from u)', { t: ['delete'], u: ['select'] }],
  ['DROP TABLE IF EXISTS old', { old: ['drop'] }],
  ['show tables', {}],
])('%s', (text, tables) => {
  expect(Object.fromEntries(tableAccess(text) ?? [])).toEqual(tables);
});

test('what is no statement is not parsed', () => {
  expect(tableAccess('hello')).toBeUndefined();
});
