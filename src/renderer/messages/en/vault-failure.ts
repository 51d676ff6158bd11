// What happened and what to do when the vault could not do something.
import { text } from '#messages/en/failure-text';

export const vaultFailure = {
  'vault-busy': text(
    'The vault is still reading',
    'Several things are being read and encrypted already.',
    'Wait until one of them is in, then add the next.',
  ),
  'vault-empty': text(
    'There is nothing to try yet',
    'No friend keeps anything of your vault so far.',
    'Put something into the vault and wait until it is with your keepers.',
  ),
  'vault-folder-missing': text(
    'There is no folder to back up',
    'At this place on this computer nothing lies, or it is no folder.',
    'Check the path: it begins with the disk.',
  ),
  'vault-folder-refused': text(
    'This folder cannot be backed up by itself',
    'It is hidden, or a whole disk or home, or Roundtable’s own data lies in it.',
    'Choose a folder inside it that holds what you want to keep.',
  ),
  'vault-folders-too-many': text(
    'No further folder can be watched',
    'Twenty folders back themselves up already.',
    'Stop watching one of them, or put folders together.',
  ),
  'vault-share-large': text(
    'That is too large to be shared',
    'A thing with very many files, or with more than about eight gigabytes, cannot be shared from the vault.',
    'Put the part they need into the vault as a thing of its own, and share that.',
  ),
  'vault-share-over': text(
    'It cannot be restored any more',
    'Your right to read it ended, because its owner was not here for a long time.',
    'It can be again as soon as you and its owner are online together, if they still share it.',
  ),
  'vault-shares-too-many': text(
    'Nothing more can be shared from the vault',
    'A hundred shares are open already.',
    'End one that nobody needs any more.',
  ),
  'vault-unknown': text(
    'That is not in the vault any more',
    'It was deleted, here or in another window.',
    'Look at the list again.',
  ),
};
