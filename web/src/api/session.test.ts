import { beforeEach, expect, test, vi } from "vitest";
import { ApiProblem, ConnectionFailed, SessionOver } from "./problems";
import { SessionStore, type TabMessage } from "./session";

const MINUTE = 60_000;

const answer = (token: string, email = "ann@acme.example") =>
  Response.json({
    access_token: token,
    expires_in: 900,
    person: { email, first_name: "Ann", last_name: "Lee", operator: false },
    organizations: [],
  });
const over = () => Response.json({ code: "session_over", status: 401 }, { status: 401 });

let now: number;
let stored: Map<string, string>;
let told: TabMessage[];
const fetched = vi.fn<(input: string, init: RequestInit) => Promise<Response>>();
const restart = vi.fn();

function store(): SessionStore {
  return new SessionStore({
    fetch: fetched,
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
      removeItem: (key) => void stored.delete(key),
    },
    tell: (message) => void told.push(message),
    restart,
    now: () => now,
  });
}

async function signedIn(): Promise<SessionStore> {
  const session = store();
  fetched.mockResolvedValueOnce(answer("first"));
  await session.signIn("ann@acme.example", "secret");
  return session;
}

beforeEach(() => {
  now = 0;
  stored = new Map();
  told = [];
  fetched.mockReset();
  restart.mockReset();
});

test("a first visit asks for no session", async () => {
  const session = store();
  await session.start();

  expect(session.state.status).toBe("signed-out");
  expect(fetched).not.toHaveBeenCalled();
});

test("a reload is signed in by the cookie alone", async () => {
  await signedIn();
  const reloaded = store();
  fetched.mockResolvedValueOnce(answer("second"));
  await reloaded.start();

  expect(reloaded.state.status).toBe("signed-in");
  expect(await reloaded.token()).toBe("second");
  expect(fetched.mock.lastCall?.[0]).toBe("/v1/session/refresh");
});

test("no token and no address is ever stored", async () => {
  await signedIn();

  expect([...stored.values()].join()).not.toMatch(/first|ann/);
});

test("a start without a connection is not taken for a session that is over", async () => {
  await signedIn();
  const reloaded = store();
  fetched.mockRejectedValueOnce(new TypeError("network"));
  await reloaded.start();

  expect(reloaded.state.status).toBe("unreachable");
  expect(stored.size).toBe(1);
});

test("a token is renewed before it expires, once for all who ask at the same time", async () => {
  const session = await signedIn();
  fetched.mockImplementationOnce(() => Promise.resolve(answer("second")));

  expect(await session.token()).toBe("first");
  now = 14.9 * MINUTE;
  const tokens = await Promise.all([session.token(), session.token(), session.token()]);

  expect(tokens).toEqual(["second", "second", "second"]);
  expect(fetched).toHaveBeenCalledTimes(2);
});

test("a token that the API refused is renewed once, however many requests it refused", async () => {
  const session = await signedIn();
  fetched.mockImplementationOnce(() => Promise.resolve(answer("second")));

  const both = await Promise.all([session.tokenAfter("first"), session.tokenAfter("first")]);
  const late = await session.tokenAfter("first");

  expect([...both, late]).toEqual(["second", "second", "second"]);
  expect(fetched).toHaveBeenCalledTimes(2);
});

test("what was asked for when the session ended goes on after signing in again", async () => {
  const session = await signedIn();
  fetched.mockResolvedValueOnce(over());
  const waiting = session.tokenAfter("first");
  await vi.waitFor(() => expect(session.state.status).toBe("ended"));
  fetched.mockResolvedValueOnce(answer("third"));
  await session.signIn("ann@acme.example", "secret");

  expect(await waiting).toBe("third");
  expect(restart).not.toHaveBeenCalled();
});

test("what waits is given up when the person leaves instead", async () => {
  const session = await signedIn();
  fetched.mockResolvedValueOnce(over());
  const waiting = session.tokenAfter("first");
  const given = expect(waiting).rejects.toBeInstanceOf(SessionOver);
  await vi.waitFor(() => expect(session.state.status).toBe("ended"));
  fetched.mockResolvedValueOnce(new Response(null, { status: 204 }));
  await session.signOut();

  await given;
});

test("somebody else who signs in meets nothing of the former person's", async () => {
  const session = await signedIn();
  fetched.mockResolvedValueOnce(over());
  const gotToken = vi.fn();
  void session.tokenAfter("first").then(gotToken);
  await vi.waitFor(() => expect(session.state.status).toBe("ended"));
  fetched.mockResolvedValueOnce(answer("other", "ben@acme.example"));
  await session.signIn("ben@acme.example", "secret");

  expect(restart).toHaveBeenCalledOnce();
  expect(gotToken).not.toHaveBeenCalled();
});

test("a failed renewal is told to who asked, and the session goes on", async () => {
  const session = await signedIn();
  now = 15 * MINUTE;
  fetched.mockRejectedValueOnce(new TypeError("network"));

  await expect(session.token()).rejects.toBeInstanceOf(ConnectionFailed);
  expect(session.state.status).toBe("signed-in");
});

test("a wrong password is a problem, and changes nothing", async () => {
  const session = store();
  await session.start();
  fetched.mockResolvedValueOnce(Response.json({ code: "wrong_credentials" }, { status: 401 }));

  await expect(session.signIn("ann@acme.example", "wrong")).rejects.toBeInstanceOf(ApiProblem);
  expect(session.state.status).toBe("signed-out");
  expect(stored.size).toBe(0);
});

test("signing out reaches the other tabs, also where the API could not be told", async () => {
  const session = await signedIn();
  const other = await signedIn();
  fetched.mockRejectedValueOnce(new TypeError("network"));
  await session.signOut().catch(() => undefined);
  other.hear(told.at(-1) as TabMessage);

  expect(session.state.status).toBe("signed-out");
  expect(other.state.status).toBe("signed-out");
  await expect(other.token()).rejects.toBeInstanceOf(SessionOver);
});

test("another tab's new person is met by a fresh start, the same one by a renewal", async () => {
  const session = await signedIn();
  session.hear({ kind: "signed-in", email: "ann@acme.example" });
  expect(restart).not.toHaveBeenCalled();

  session.hear({ kind: "signed-in", email: "ben@acme.example" });

  expect(restart).toHaveBeenCalledOnce();
});

test("a session that was begun anew goes on here, and in a tab whose own has ended meanwhile", async () => {
  const session = await signedIn();
  session.replace(await answer("anew").json());

  expect(await session.token()).toBe("anew");
  expect(told.at(-1)).toEqual({ kind: "signed-in", email: "ann@acme.example" });
  expect(stored.size).toBe(1);
});

test("what changed about the person is read anew, here and in the other tabs", async () => {
  const here = await signedIn();
  const there = await signedIn();
  fetched.mockResolvedValueOnce(answer("renamed"));
  await here.renewEverywhere();
  const [message] = told.slice(-1);
  fetched.mockResolvedValueOnce(answer("renamed, too"));
  if (message) there.hear(message);
  await vi.waitFor(async () => expect(await there.token()).toBe("renamed, too"));

  expect(await here.token()).toBe("renamed");
  expect(message).toEqual({ kind: "changed", email: "ann@acme.example" });
});
