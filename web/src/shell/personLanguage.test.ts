import { expect, test, vi } from "vitest";
import type { Identity, SessionState } from "~/api/session";
import type { Language } from "~/texts";
import { followLanguage } from "./personLanguage";

const signedIn = (language: Language | null): SessionState => ({
  status: "signed-in",
  identity: { person: { language } as Identity["person"], organizations: [] },
});

function following(state: SessionState) {
  const listeners = new Set<() => void>();
  const session = {
    state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const show = vi.fn<(language: Language) => void>();
  const stop = followLanguage(session, show);
  const become = (next: SessionState) => {
    session.state = next;
    for (const listener of listeners) listener();
  };
  return { become, show, stop };
}

test("whoever signs in is shown the language of their account", () => {
  const { become, show } = following({ status: "signed-out", left: false });
  become(signedIn("fr"));

  expect(show.mock.calls).toEqual([["fr"]]);
});

test("so is whoever was signed in before the texts were there", () => {
  expect(following(signedIn("es")).show.mock.calls).toEqual([["es"]]);
});

test("whoever never chose keeps the language that is shown", () => {
  expect(following(signedIn(null)).show).not.toHaveBeenCalled();
});

test("a renewal does not undo a choice that its token does not know yet", () => {
  const { become, show } = following(signedIn("de"));
  show.mockClear(); // here somebody chooses French
  become(signedIn("de"));
  expect(show).not.toHaveBeenCalled();
  become(signedIn("fr"));

  expect(show.mock.calls).toEqual([["fr"]]);
});

test("the next person has a language of their own, be it the same", () => {
  const { become, show, stop } = following(signedIn("fr"));
  become({ status: "signed-out", left: true });
  become(signedIn("fr"));
  expect(show).toHaveBeenCalledTimes(2);
  stop();
  become(signedIn("es"));

  expect(show).toHaveBeenCalledTimes(2);
});
