// How much of others this machine keeps. Asked before anything is stored.
import { serviceLimits as limits } from '#main/services/service-limits';

export interface Usage {
  readonly bytes: number;
  readonly envelopes: number;
}

/** Whether one more envelope fits, of this owner and in all. */
export function hasRoom(ofOwner: Usage, inAll: Usage, bytes: number): boolean {
  return (
    ofOwner.bytes + bytes <= limits.custodyOwnerBytes &&
    ofOwner.envelopes < limits.custodyOwnerEnvelopes &&
    inAll.bytes + bytes <= limits.custodyAllBytes &&
    inAll.envelopes < limits.custodyAllEnvelopes
  );
}
