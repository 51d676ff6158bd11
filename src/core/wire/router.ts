// Brings each control message of one link to the feature that joined for its kind, parsed by that feature's schema.
import * as v from 'valibot';
import type { Clock } from '#core/ports';
import { decodeEnvelope, encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';

export type MessageSchemas = Readonly<Record<string, v.GenericSchema>>;

export type MessageHandlers<S extends MessageSchemas> = {
  readonly [K in keyof S]: (body: v.InferOutput<S[K]>) => void;
};

export interface Joined<S extends MessageSchemas> {
  /** False when it was not sent: the link is not open, its buffer is full, or the message is too large. */
  send<K extends keyof S & string>(kind: K, body: v.InferInput<S[K]>): boolean;
  leave(): void;
}

export interface RouterDeps {
  /** False when nothing was sent. */
  send(bytes: Uint8Array): boolean;
  /** The peer broke the protocol often enough. Called once. */
  broken(): void;
  clock: Pick<Clock, 'now'>;
}

interface Route {
  readonly schema: v.GenericSchema;
  readonly handle: (body: unknown) => void;
}

export class Router {
  readonly #deps: RouterDeps;
  readonly #routes = new Map<string, Route>();
  readonly #bucket: TokenBucket;
  /** Messages above the rate are dropped; who keeps sending them runs out of patience too. */
  readonly #patience: TokenBucket;
  /** What the features that send much keep to, together. */
  readonly #turns: TokenBucket;
  #breaks = 0;
  #unknown = 0;
  #isBroken = false;

  constructor(deps: RouterDeps) {
    this.#deps = deps;
    const rate = { perSecond: limits.messagesPerSecond, burst: limits.messagesBurst };
    this.#bucket = new TokenBucket(rate, deps.clock.now());
    const turns = { perSecond: limits.turnsPerSecond, burst: limits.turnsBurst };
    this.#turns = new TokenBucket(turns, deps.clock.now());
    this.#patience = new TokenBucket({ perSecond: 1, burst: limits.messagesBurst }, deps.clock.now());
  }

  /** How many messages of kinds nobody joined for were dropped. */
  get unknownCount(): number {
    return this.#unknown;
  }

  /** Asked before a message by features that could fill a link: false while calls and rooms need the rest of its rate. */
  takeTurn(): boolean {
    return this.#turns.take(this.#deps.clock.now());
  }

  /** @throws Error when a kind already has a route: a defect, not a condition. */
  join<S extends MessageSchemas>(schemas: S, handlers: MessageHandlers<S>): Joined<S> {
    const kinds = Object.keys(schemas);
    for (const kind of kinds) if (this.#routes.has(kind)) throw new Error(`two features joined for ${kind}`);
    for (const [kind, schema] of Object.entries(schemas)) {
      // Sound: a route calls the handler of a kind only with what that kind's schema answered.
      this.#routes.set(kind, { schema, handle: handlers[kind] as (body: unknown) => void });
    }
    return {
      send: (kind, body) => {
        const bytes = encodeEnvelope(kind, body);
        return bytes !== null && this.#deps.send(bytes);
      },
      leave: () => {
        for (const kind of kinds) this.#routes.delete(kind);
      },
    };
  }

  /** Takes one control message from the peer. Never throws for anything in `bytes`. */
  receive(bytes: Uint8Array): void {
    if (this.#isBroken) return;
    const nowMs = this.#deps.clock.now();
    if (!this.#bucket.take(nowMs)) {
      if (!this.#patience.take(nowMs)) this.#break();
      return;
    }
    const decoded = decodeEnvelope(bytes);
    if (!decoded.ok) {
      this.#countBreak();
      return;
    }
    const route = this.#routes.get(decoded.kind);
    if (!route) {
      this.#unknown += 1;
      return;
    }
    const parsed = v.safeParse(route.schema, decoded.body);
    if (parsed.success) route.handle(parsed.output);
    else this.#countBreak();
  }

  #countBreak(): void {
    this.#breaks += 1;
    if (this.#breaks >= limits.schemaBreaks) this.#break();
  }

  #break(): void {
    this.#isBroken = true;
    this.#deps.broken();
  }
}
