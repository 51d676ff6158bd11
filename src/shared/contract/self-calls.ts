// The app, its window, who I am and what I set.
import * as v from 'valibot';
import { call, count, nothing } from '#shared/contract/call';
import { NetworkConfig } from '#shared/ice';
import { DisplayName, Identity, IdentityState } from '#shared/identity';
import { Settings, SettingsPatch } from '#shared/settings';

export const AppInfo = v.strictObject({
  shell: v.picklist(['desktop', 'web']),
  version: v.string(),
  profile: v.string(),
  platform: v.string(),
});

export const selfCalls = {
  readAppInfo: call(nothing, AppInfo),
  /** Only one window of a profile may be on the network. `take` closes the other one's hold. */
  claimWindow: call(v.strictObject({ take: v.boolean() }), v.strictObject({ isHeld: v.boolean() })),

  readIdentity: call(nothing, IdentityState),
  createIdentity: call(v.strictObject({ name: DisplayName }), Identity),
  renameSelf: call(v.strictObject({ name: DisplayName }), Identity),
  /** 24 BIP-39 words that restore the identity. */
  readRecoveryWords: call(nothing, v.pipe(v.array(v.string()), v.length(24))),
  /** Places of those that are none of the 2048 words there are, the first being 0. */
  checkRecoveryWords: call(
    v.strictObject({ words: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(24)) }),
    v.strictObject({ unknownAt: v.array(count) }),
  ),
  restoreIdentity: call(
    v.strictObject({ words: v.pipe(v.array(v.pipe(v.string(), v.maxLength(16))), v.length(24)), name: DisplayName }),
    Identity,
  ),
  /** Moves an unreadable identity aside (never deletes it) so that a new one can be made. Answers where it was kept. */
  setIdentityAside: call(nothing, v.strictObject({ keptAt: v.string() })),

  readSettings: call(
    nothing,
    v.strictObject({ settings: Settings, warning: v.nullable(v.literal('settings-damaged')) }),
  ),
  saveSettings: call(SettingsPatch, Settings),
  readNetworkConfig: call(nothing, NetworkConfig),
};
