import { type ReadonlySignal, signal } from '@preact/signals';
import { type Client, LaiseeError } from '../../client/client';
import { ErrorCode } from '../../client/wire';
import type { CardState } from './PacketCard';

/**
 * The opening, step by step. `waiting`: the seal can be tapped. `opening`: it spins while the server answers.
 * `opened` bears the amount the server confirmed; nothing is shown before that.
 */
export type Opening =
  | { step: 'waiting' }
  | { step: 'opening' }
  | { step: 'opened'; amount: bigint; first: boolean }
  | { step: 'gone' | 'late' | 'notForYou' }
  | { step: 'failed'; problem: unknown };

export type OpenModel = { readonly opening: ReadonlySignal<Opening>; open: () => Promise<void> };

/** The seal spins at least so long, so that the eye can follow; a slow answer is never made slower. */
export const leastSpinMs = 350;

function start(already: CardState): Opening {
  if (already === 'finished') return { step: 'gone' };
  if (already === 'expired' || already === 'returned') return { step: 'late' };
  if (already === 'notForYou') return { step: 'notForYou' };
  return { step: 'waiting' };
}

function refused(problem: unknown): Opening {
  if (problem instanceof LaiseeError) {
    if (problem.code === ErrorCode.PACKET_FINISHED) return { step: 'gone' };
    if (problem.code === ErrorCode.PACKET_EXPIRED) return { step: 'late' };
    if (problem.code === ErrorCode.PACKET_NOT_FOR_YOU) return { step: 'notForYou' };
  }
  return { step: 'failed', problem };
}

export function openModel(client: Client, packet: string, already: CardState): OpenModel {
  const opening = signal<Opening>(start(already));
  return {
    opening,
    async open() {
      if (opening.value.step !== 'waiting' && opening.value.step !== 'failed') return;
      opening.value = { step: 'opening' };
      const spun = new Promise((done) => setTimeout(done, leastSpinMs));
      let next: Opening;
      try {
        const { amount, first } = await client.openPacket(packet);
        next = { step: 'opened', amount, first };
      } catch (problem) {
        next = refused(problem);
      }
      await spun;
      opening.value = next;
    },
  };
}
