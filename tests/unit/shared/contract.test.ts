import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { blockBytes } from '#shared/content';
import { callNames } from '#shared/contract';
import { castCalls } from '#shared/contract/cast-calls';
import { chatCalls } from '#shared/contract/chat-calls';
import { custodyCalls } from '#shared/contract/custody-calls';
import { blocksPerCall, dropCalls } from '#shared/contract/drop-calls';
import { handCalls } from '#shared/contract/hand-calls';
import { peopleCalls } from '#shared/contract/people-calls';
import { recordingCalls } from '#shared/contract/recording-calls';
import { relayCalls } from '#shared/contract/relay-calls';
import { roomCalls } from '#shared/contract/room-calls';
import { selfCalls } from '#shared/contract/self-calls';
import { seenShareCalls } from '#shared/contract/seen-share-calls';
import { shareCalls } from '#shared/contract/share-calls';
import { shellCalls } from '#shared/contract/shell-calls';
import { vaultCalls } from '#shared/contract/vault-calls';
import { vaultFolderCalls } from '#shared/contract/vault-folder-calls';

describe('the contract', () => {
  test('has every call of every subject, and none under a name that another subject uses', () => {
    const subjects = [
      selfCalls,
      peopleCalls,
      handCalls,
      relayCalls,
      roomCalls,
      recordingCalls,
      custodyCalls,
      dropCalls,
      shareCalls,
      seenShareCalls,
      chatCalls,
      shellCalls,
      vaultCalls,
      castCalls,
      vaultFolderCalls,
    ];
    const names = subjects.flatMap((calls) => Object.keys(calls));
    expect([...callNames].sort()).toEqual(names.sort());
  });

  test('takes as many blocks in one call as it says, and no larger ones', () => {
    const takes = (count: number, bytes: number): boolean => {
      const blocks = Array.from({ length: count }, (_, index) => ({ index, bytes: new Uint8Array(bytes) }));
      return v.safeParse(dropCalls.writeBlocks.input, { fileId: '0'.repeat(32), blocks }).success;
    };
    expect(takes(blocksPerCall, blockBytes)).toBe(true);
    expect(takes(blocksPerCall + 1, 1)).toBe(false);
    expect(takes(1, blockBytes + 1)).toBe(false);
    expect(takes(0, 0)).toBe(false);
  });
});
