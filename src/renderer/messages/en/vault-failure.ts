// What happened and what to do when the vault could not do something.
import { text } from '#messages/en/failure-text';

export const vaultFailure = {
  'vault-busy': text(
    'The vault is still reading',
    'Two things are being read and encrypted already.',
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
  'vault-unknown': text(
    'That is not in the vault any more',
    'It was deleted, here or in another window.',
    'Look at the list again.',
  ),
};
