// What a browser says when no screen comes.
import { describe, expect, test } from 'vitest';
import { screenFailure } from '#adapters/screen-source';

describe('a screen that does not come', () => {
  test.each([
    ['NotAllowedError', 'Permission denied', 'aborted'],
    ['NotAllowedError', 'Permission denied by user', 'aborted'],
    ['NotAllowedError', 'Permission denied by system', 'screen-denied'],
    [
      'NotAllowedError',
      'Access to the feature "display-capture" is disallowed by permissions policy.',
      'screen-denied',
    ],
    ['InvalidStateError', 'getDisplayMedia() requires transient activation (user gesture).', 'screen-denied'],
    ['SecurityError', '', 'screen-denied'],
    ['NotFoundError', '', 'screen-missing'],
    ['NotReadableError', 'Could not start video source', 'screen-missing'],
    ['NotSupportedError', 'Not supported', 'screen-missing'],
    ['AbortError', 'Error starting capture', 'screen-missing'],
    ['TypeError', '', 'screen-missing'],
  ] as const)('%s "%s" is %s', (name, message, code) => {
    expect(screenFailure(name, message)).toBe(code);
  });
});
