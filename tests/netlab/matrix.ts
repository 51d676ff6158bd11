// Carries out one case of the matrix: builds its network, lets the real app call through it, then plain PeerJS, and leaves
// nothing behind.
import { measureCall, type CallResult } from '#tests/netlab/call';
import type { Case } from '#tests/netlab/cases';
import type { People } from '#tests/netlab/people';
import { Baseline, type BaselineResult } from '#tests/netlab/peerjs-call';
import { rendezvousUrls, Scene } from '#tests/netlab/scene';

export interface CaseResult {
  readonly name: string;
  readonly hasPath: boolean;
  readonly app: CallResult;
  /** Null when it was not asked for. */
  readonly peerJs: BaselineResult | null;
}

async function measureBaseline(one: Case, { network }: Scene): Promise<BaselineResult> {
  const baseline = await Baseline.open(network, rendezvousUrls(one).baseline, one.servers);
  try {
    return await baseline.measureCall();
  } finally {
    await baseline.close();
  }
}

/** The app and PeerJS make one call each, one after the other. */
export async function runCase(people: People, one: Case, { withBaseline = true } = {}): Promise<CaseResult> {
  const { name, hasPath } = one;
  const scene = await Scene.open(one);
  try {
    const [caller, callee] = await scene.seatBoth(people);
    const app = await measureCall(caller, callee, hasPath);
    await scene.clearSeats();
    return { name, hasPath, app, peerJs: withBaseline ? await measureBaseline(one, scene) : null };
  } finally {
    await scene.close();
  }
}
