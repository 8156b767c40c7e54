import { expect, test } from 'vitest';
import { readFeatures } from './features.ts';
import { minorNames, minorOf, newestMinor, oldestMinor } from './minors.ts';

test.each([
  ['1.31', 31],
  ['v1.24.0-rc.1', 24],
  ['1.29.1', 29],
  ['1.12.0', oldestMinor],
  ['1.99', newestMinor],
  ['unknown', newestMinor],
])('%s is played as 1.%i', (version, minor) => {
  expect(minorOf(version).minor).toBe(minor);
});

test('a change holds from its minor on', () => {
  expect(minorOf('1.24').pluginPrefix).toBe('extenstions.istio.io/wasmplugin/');
  expect(minorOf('1.29').pluginPrefix).toBe('extensions.istio.io/wasmplugin/');
  expect(minorOf('1.31').pluginPrefix).toBe('extensions.istio.io/trafficextension/');
});

test('switches keep their default unless they say true or false as Go does', () => {
  expect(readFeatures({ PILOT_ENABLE_ALPN_FILTER: 'no' }).on('PILOT_ENABLE_ALPN_FILTER')).toBe(true);
  expect(readFeatures({ PILOT_ENABLE_ALPN_FILTER: 'f' }).on('PILOT_ENABLE_ALPN_FILTER')).toBe(false);
  expect(readFeatures({}, 27).on('DISABLE_SHADOW_HOST_SUFFIX')).toBe(false);
});

test('every minor from 1.20 to 1.31 can be chosen', () => {
  expect(minorNames).toEqual(Array.from({ length: 12 }, (_, i) => `1.${31 - i}`));
  expect(minorNames.map((name) => minorOf(name).name)).toEqual(minorNames);
});
