import { describe, expect, it } from 'vitest';
import { isProfileName, profileFolder, profilePort } from '#main/shell/profile';

const linux = { platform: 'linux', env: {}, home: '/home/ada' } as const;

describe('the folder of a profile', () => {
  it('follows the platform', () => {
    expect(profileFolder('default', null, linux)).toBe('/home/ada/.local/share/roundtable/default');
    expect(profileFolder('two', null, { ...linux, env: { XDG_DATA_HOME: '/data' } })).toBe('/data/roundtable/two');
    expect(profileFolder('two', null, { ...linux, platform: 'darwin' })).toBe(
      '/home/ada/Library/Application Support/Roundtable/two',
    );
  });

  it('ignores a relative XDG_DATA_HOME, as its specification wants', () => {
    expect(profileFolder('a', null, { ...linux, env: { XDG_DATA_HOME: 'data' } })).toBe(
      '/home/ada/.local/share/roundtable/a',
    );
  });

  it('is the given one, before the environment, before the platform', () => {
    const env = { ROUNDTABLE_FOLDER: '/env' };
    expect(profileFolder('a', '/given', { ...linux, env })).toBe('/given');
    expect(profileFolder('a', null, { ...linux, env })).toBe('/env');
  });
});

describe('the name of a profile', () => {
  it.each(['default', 'ada', 'Ada-2', 'a_b'])('may be %s', (name) => {
    expect(isProfileName(name)).toBe(true);
  });

  it.each(['', '.', '..', 'a/b', 'a\\b', '-a', 'a b', 'ä', 'a'.repeat(33), 'a\0'])('may not be %j', (name) => {
    expect(isProfileName(name)).toBe(false);
  });
});

describe('the port of a profile', () => {
  it('is the same each time and another one for another profile', () => {
    expect(profilePort('default')).toBe(9720);
    expect(profilePort('ada')).toBe(profilePort('ada'));
    expect(profilePort('ada')).not.toBe(profilePort('default'));
    expect(profilePort('ada')).not.toBe(profilePort('bob'));
  });
});
