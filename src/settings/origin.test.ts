import { expect, test } from 'vitest';
import { parseOrigin } from './origin.ts';

test.each([
  ['https://example.org', 'https://example.org'],
  [' HTTPS://Example.ORG/a/b?c#d ', 'https://example.org'],
  ['https://example.org:443/', 'https://example.org'],
  ['https://example.org:8443', 'https://example.org:8443'],
  ['http://localhost:8888', 'http://localhost:8888'],
  ['http://127.0.0.1:80', 'http://127.0.0.1'],
  ['http://[::1]:8000', 'http://[::1]:8000'],
])('%s is of %s', (address, origin) => {
  expect(parseOrigin(address)).toBe(origin);
  expect(parseOrigin(origin)).toBe(origin);
});

test.each([
  '',
  '*',
  'null',
  'example.org',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://',
  'https://a b',
  'https://user@example.org',
  'https://example.org:99999',
  'https://example.org" onload="alert(1)',
  'https://*.example.org',
])('%j has no origin', (address) => {
  expect(parseOrigin(address)).toBeNull();
});
