/**
 * The session of the signed-in person.
 *
 * The access token is kept in memory alone; what renews it is an HttpOnly cookie that no script reads. The one
 * thing in storage is a mark that somebody signed in here, so that a first visit asks for no session.
 */

import { timedFetch } from "./clock";
import { ConnectionFailed, problemOf, SessionOver } from "./problems";
import type { Schema } from "./types";

type Answer = Schema<"Session">;

export type Identity = Pick<Answer, "person" | "organizations">;

export type SessionState =
  | { status: "starting" }
  /** The start failed on the way; nothing is known of the session. */
  | { status: "unreachable" }
  /** `left` says that the person chose to. */
  | { status: "signed-out"; left: boolean }
  | { status: "signed-in"; identity: Identity }
  /** It ended while the person was at work; what waits for it goes on once the same person signs in again. */
  | { status: "ended"; identity: Identity };

interface Surroundings {
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Tells the other tabs; what they tell comes to `hear`. */
  tell: (message: TabMessage) => void;
  /** Begin anew as another person: nothing of the former one's may stay in memory. */
  restart: () => void;
  now: () => number;
}

export type TabMessage =
  | { kind: "signed-in"; email: string }
  /** The account was changed, so that what the token says of the person is out of date. */
  | { kind: "changed"; email: string }
  | { kind: "signed-out" };

const MARK = "usher.signed-in";
const RENEW_BEFORE_MS = 30_000;
const PATH = "/v1/session";

export class SessionStore {
  #state: SessionState = { status: "starting" };
  #token: { value: string; expiresAt: number } | null = null;
  #renewing: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #at: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#at = surroundings;
  }

  get state(): SessionState {
    return this.#state;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Find out whether this browser is signed in. */
  async start(): Promise<void> {
    if (this.#at.storage.getItem(MARK) === null) {
      this.#change({ status: "signed-out", left: false });
      return;
    }
    try {
      await this.#renew();
    } catch (error) {
      if (error instanceof SessionOver) return;
      this.#change({ status: "unreachable" });
    }
  }

  /** Sign in, or throw the ApiProblem of the refusal. */
  async signIn(email: string, password: string): Promise<void> {
    const before = identityIn(this.#state);
    const answer = await this.#call("POST", PATH, { email, password });
    this.#at.storage.setItem(MARK, "1");
    this.#at.tell({ kind: "signed-in", email: answer.person.email });
    if (before && before.person.email !== answer.person.email) {
      // What waits was asked for by somebody else, so it must never get this token.
      this.#at.restart();
      return;
    }
    this.#accept(answer);
  }

  /** Sign out here and in the other tabs. Out is out: also where the API could not be told. */
  async signOut(): Promise<void> {
    try {
      await this.#at.fetch(PATH, { method: "DELETE" });
    } finally {
      this.#leave();
      this.#at.tell({ kind: "signed-out" });
    }
  }

  /** Take a session that the API began anew, such as after a new password; its cookie is that of all tabs. */
  replace(answer: Answer): void {
    this.#at.storage.setItem(MARK, "1");
    this.#at.tell({ kind: "signed-in", email: answer.person.email });
    this.#accept(answer);
  }

  /** Read anew what the session says of the person, here and in the other tabs. */
  async renewEverywhere(): Promise<void> {
    this.#token = null;
    await this.token();
    const identity = identityIn(this.#state);
    if (identity) this.#at.tell({ kind: "changed", email: identity.person.email });
  }

  /** Return a token that is valid now; renew it first where it is about to expire. */
  async token(): Promise<string> {
    for (;;) {
      if (this.#token && this.#at.now() < this.#token.expiresAt - RENEW_BEFORE_MS) return this.#token.value;
      await this.#renewOrWait();
    }
  }

  /** Return another token than the one that the API has just refused. */
  async tokenAfter(refused: string): Promise<string> {
    if (this.#token?.value === refused) this.#token = null;
    return this.token();
  }

  /** Follow what another tab did. */
  hear(message: TabMessage): void {
    const identity = identityIn(this.#state);
    if (message.kind === "signed-out") {
      if (identity) this.#leave();
      return;
    }
    if (identity && identity.person.email !== message.email) {
      this.#at.restart();
    } else if (this.#state.status !== "signed-in" || message.kind === "changed") {
      void this.#renew().catch(() => undefined);
    }
  }

  async #renewOrWait(): Promise<void> {
    if (this.#state.status === "signed-out") throw new SessionOver();
    if (this.#state.status !== "ended") {
      try {
        await this.#renew();
        return;
      } catch (error) {
        // `ended` is set by then: what was asked for waits for the person, and nothing typed is lost.
        if (!(error instanceof SessionOver) || this.state.status !== "ended") throw error;
      }
    }
    await new Promise<void>((resolve) => {
      const stop = this.subscribe(() => {
        if (this.#state.status === "ended") return;
        stop();
        resolve();
      });
    });
  }

  /** Renew the token; callers at the same time share one request. */
  #renew(): Promise<void> {
    this.#renewing ??= this.#call("POST", `${PATH}/refresh`)
      .then((answer) => {
        const identity = identityIn(this.#state);
        if (identity && identity.person.email !== answer.person.email) {
          this.#at.restart();
          throw new SessionOver();
        }
        this.#accept(answer);
      })
      .catch((error: unknown) => {
        if (!isOver(error)) throw error;
        this.#end();
        throw new SessionOver();
      })
      .finally(() => {
        this.#renewing = null;
      });
    return this.#renewing;
  }

  async #call(method: string, path: string, body?: object): Promise<Answer> {
    let response: Response;
    try {
      response = await this.#at.fetch(path, {
        method,
        headers: body ? { "content-type": "application/json" } : {},
        body: body ? JSON.stringify(body) : null,
      });
    } catch {
      throw new ConnectionFailed();
    }
    const read: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw problemOf(response.status, read);
    return read as Answer;
  }

  #accept(answer: Answer): void {
    this.#token = {
      value: answer.access_token,
      expiresAt: this.#at.now() + answer.expires_in * 1000,
    };
    this.#change({
      status: "signed-in",
      identity: { person: answer.person, organizations: answer.organizations },
    });
  }

  #end(): void {
    this.#token = null;
    this.#at.storage.removeItem(MARK);
    const identity = identityIn(this.#state);
    this.#change(identity ? { status: "ended", identity } : { status: "signed-out", left: false });
  }

  #leave(): void {
    this.#token = null;
    this.#at.storage.removeItem(MARK);
    this.#change({ status: "signed-out", left: true });
  }

  #change(state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

function identityIn(state: SessionState): Identity | null {
  return state.status === "signed-in" || state.status === "ended" ? state.identity : null;
}

function isOver(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === 401;
}

/** Note that the page one comes from has signed one in, as that of an accepted invitation to a team does. */
function noteArrival(): void {
  if (location.hash !== "#signed-in") return;
  localStorage.setItem(MARK, "1");
  history.replaceState(history.state, "", location.pathname + location.search);
}

function ofThisBrowser(): SessionStore {
  noteArrival();
  const channel = new BroadcastChannel("usher-session");
  const store = new SessionStore({
    fetch: (input, init) => timedFetch(input, { ...init, credentials: "same-origin" }),
    storage: localStorage,
    tell: (message) => channel.postMessage(message),
    restart: () => location.reload(),
    now: Date.now,
  });
  channel.onmessage = (event: MessageEvent<TabMessage>) => store.hear(event.data);
  return store;
}

/** The session of this tab; none where there is no browser. */
export const session: SessionStore =
  typeof BroadcastChannel === "undefined" || typeof localStorage === "undefined"
    ? (undefined as never)
    : ofThisBrowser();
