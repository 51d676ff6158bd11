// Custody: friends keep sealed messages for whoever is away. Three sides of it: mine that are left with friends, theirs that I
// keep, and what is handed to me.
import { Keeping, type KeepingOptions } from '#main/services/custody/keeping';
import { Leaving, type LeavingOptions } from '#main/services/custody/leaving';
import { Receiving, type ReceivingOptions } from '#main/services/custody/receiving';

export class Custody {
  readonly leaving: Leaving;
  readonly keeping: Keeping;
  readonly receiving: Receiving;

  constructor(options: KeepingOptions & LeavingOptions & ReceivingOptions) {
    this.leaving = new Leaving(options);
    this.keeping = new Keeping(options);
    this.receiving = new Receiving(options);
  }
}
