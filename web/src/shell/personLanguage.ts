/** The language that the signed-in person chose: kept in their account, so that it is theirs wherever they sign in. */

import { useMutation } from "@tanstack/react-query";
import { api, unwrap } from "~/api/client";
import type { SessionState } from "~/api/session";
import { toastFailed } from "~/components/toasts";
import type { Language } from "~/texts";

interface ObservableSession {
  readonly state: SessionState;
  subscribe: (listener: () => void) => () => void;
}

/**
 * Show the console in the language of whoever signs in, now and later; return what ends that.
 *
 * What the session says is that of its token, which a choice made here is newer than. So it counts when it differs
 * from what the session said before, such as after a choice in another browser, and not at each renewal.
 */
export function followLanguage(session: ObservableSession, show: (language: Language) => void): () => void {
  let said: Language | null = null;
  const look = () => {
    const { state } = session;
    if (state.status === "signed-out") said = null;
    if (state.status !== "signed-in") return;
    const { language } = state.identity.person;
    if (language === said) return;
    said = language;
    if (language) show(language);
  };
  look();
  return session.subscribe(look);
}

/** Returns a function that saves a language in the person's account; their emails as a manager follow it. */
export function useSaveLanguage(): (language: Language) => void {
  const save = useMutation({
    mutationFn: (language: Language) => unwrap(api.PATCH("/v1/me", { body: { language } })),
    scope: { id: "language" }, // one after the other, so that the last choice is the one that stays
    onError: toastFailed,
  });
  return save.mutate;
}
