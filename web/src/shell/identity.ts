/** Who is signed in, for components. */

import { useSyncExternalStore } from "react";
import { type Identity, type SessionState, session } from "~/api/session";

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, () => session.state);
}

/** The signed-in person and the organizations that they manage. Only below the signed-in route. */
export function useIdentity(): Identity {
  const state = useSession();
  if (state.status !== "signed-in" && state.status !== "ended") {
    throw new Error("useIdentity is called where nobody is signed in");
  }
  return state.identity;
}

/** Read who is signed in anew: an organization is called otherwise, or has its first client. */
export async function reloadIdentity(): Promise<void> {
  await session.tokenAfter(await session.token());
}
