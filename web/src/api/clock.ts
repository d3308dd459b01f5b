/**
 * The time by the server's clock, as the `Date` of its answers tells it: a clock of the browser that is wrong, or a
 * local stack that traveled in time, makes nothing end too early or too late.
 */

/** What answers are under way, and the header's whole seconds, make no difference. */
const TOLERANCE_MS = 5_000;

export class ServerClock {
  #ahead = 0;

  constructor(readonly own: () => number = Date.now) {}

  /** Take the time from an answer that was just received. */
  note(answer: Pick<Response, "headers">): void {
    const told = Date.parse(answer.headers.get("date") ?? "");
    if (Number.isNaN(told)) return;
    const ahead = told - this.own();
    this.#ahead = Math.abs(ahead) < TOLERANCE_MS ? 0 : ahead;
  }

  now(): Date {
    return new Date(this.own() + this.#ahead);
  }
}

export const serverClock = new ServerClock();

/** Send a request, and take the time from its answer. */
export async function timedFetch(...sent: Parameters<typeof fetch>): Promise<Response> {
  const answer = await fetch(...sent);
  serverClock.note(answer);
  return answer;
}
