import { describe, expect, it } from 'vitest';
import { nodeTrouble } from '#main/web/node-version';

describe('the Node version', () => {
  it('will do from 24 on', () => {
    expect(nodeTrouble('24.0.0')).toBeNull();
    expect(nodeTrouble('26.1.0')).toBeNull();
    expect(nodeTrouble(process.versions.node)).toBeNull();
  });

  it('is named with what to do when it is too old', () => {
    expect(nodeTrouble('20.20.2')).toBe(
      'Roundtable needs Node.js 24 or newer; this is 20.20.2. "npm start" brings its own.',
    );
    expect(nodeTrouble('9.0.0')).toContain('9.0.0');
  });
});
