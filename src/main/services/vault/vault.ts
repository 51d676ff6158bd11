// The vault of this person, and what this machine keeps for others: opened together, and joined.
import { join } from 'node:path';
import type { CallInput, CallOutput } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { PieceId, VaultItem, VaultItemId, VaultVersionId, VaultView } from '#shared/vault';
import { Failure } from '#shared/failure';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import type { LogFile } from '#main/services/log-file';
import { serviceLimits as limits } from '#main/services/service-limits';
import { Copies } from '#main/services/vault/copies';
import { CopyRows, type SegmentPlace } from '#main/services/vault/copy-rows';
import { Heads } from '#main/services/vault/heads';
import { healthOf } from '#main/services/vault/health';
import { IndexRows } from '#main/services/vault/index-rows';
import { ItemRows } from '#main/services/vault/item-rows';
import { Keepers } from '#main/services/vault/keepers';
import { Keeping } from '#main/services/vault/keeping';
import { PieceGroups } from '#main/services/vault/piece-groups';
import { PieceStore } from '#main/services/vault/piece-store';
import { counts, schemeFor } from '#main/services/vault/placement';
import { Putting } from '#main/services/vault/putting';
import { Repairs } from '#main/services/vault/repairs';
import { Restoring } from '#main/services/vault/restoring';
import { Work } from '#main/services/vault/work';

export interface VaultOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly contacts: Contacts;
  /** The profile's own. */
  readonly folder: string;
  readonly downloadsFolder: string;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array<ArrayBuffer>;
  readonly log: Pick<LogFile, 'write'>;
  readonly onChange: () => void;
}
