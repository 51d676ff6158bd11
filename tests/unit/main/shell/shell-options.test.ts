import { describe, expect, it } from 'vitest';
import { parseShellOptions } from '#main/shell/shell-options';

describe('the command line', () => {
  it('has defaults', () => {
    expect(parseShellOptions([])).toEqual({
      profile: 'default',
      folder: null,
      port: null,
      peerPort: 9717,
      isOnLan: false,
      opensBrowser: true,
      wantsHelp: false,
    });
  });

  it('reads every option', () => {
    const argv = [
      '--profile',
      'ada',
      '--port',
      '8000',
      '--lan',
      '--folder',
      '/tmp/x',
      '--no-open',
      '--peer-port',
      '9800',
    ];
    expect(parseShellOptions(argv)).toEqual({
      profile: 'ada',
      folder: '/tmp/x',
      port: 8000,
      peerPort: 9800,
      isOnLan: true,
      opensBrowser: false,
      wantsHelp: false,
    });
  });

  it.each([
    [['--port', 'x']],
    [['--port', '70000']],
    [['--port', '-1']],
    [['--profile', '../x']],
    [['--peer-port', '0']],
    [['--unknown']],
    [['stray']],
  ])('refuses %j with a sentence', (argv) => {
    expect(() => parseShellOptions(argv)).toThrow(/\w+ .*\w+/);
  });

  it('leaves switches of the runtime alone when lenient', () => {
    expect(
      parseShellOptions(['--enable-features=x', '.', 'roundtable:i1/AAAA', '--profile', 'ada'], true).profile,
    ).toBe('ada');
  });
});
