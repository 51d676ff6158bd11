// Which remote descriptions the browser gets to see.
import { describe, expect, test } from 'vitest';
import { isExpectedShape } from '#adapters/session-shape';

const sdp = (...kinds: string[]): string => ['v=0', ...kinds.map((kind) => `m=${kind} 9 X 0`), ''].join('\r\n');

describe('the sections of a remote description', () => {
  test.each([[['audio', 'video', 'application']], [['application']], [['video', 'audio', 'application']]])(
    'are fine: %s',
    (kinds) => {
      expect(isExpectedShape(sdp(...kinds))).toBe(true);
    },
  );

  test.each([[[]], [['audio', 'audio', 'application']], [['audio', 'video', 'application', 'video']], [['image']]])(
    'are refused: %s',
    (kinds) => {
      expect(isExpectedShape(sdp(...kinds))).toBe(false);
    },
  );
});
