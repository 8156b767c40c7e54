import fc from 'fast-check';
import { expect, test } from 'vitest';
import { httpTime } from './http-time.ts';

test('the three forms of RFC 7231', () => {
  const moment = Date.UTC(1994, 10, 6, 8, 49, 37) / 1000;
  expect(httpTime('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(moment);
  expect(httpTime('Sunday, 06-Nov-94 08:49:37 GMT')).toBe(moment);
  expect(httpTime('Sun Nov  6 08:49:37 1994')).toBe(moment);
});

test('what is no date is none', () => {
  for (const text of [undefined, '', '0', 'never', 'Sun, 31 Feb 2021 00:00:00 GMT', 'Sun, 06 Nov 1994 08:49:37 CET']) {
    expect(httpTime(text)).toBe(0);
  }
});

test('every date of the platform is read', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      expect(httpTime(date.toUTCString())).toBe(Math.floor(date.getTime() / 1000));
    }),
  );
});
