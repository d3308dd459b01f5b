/** The life of an invite as its events tell it. */

import type { Schema } from "~/api/types";

export type HistoryEvent = Schema<"EventPage">["items"][number];
type InviteRef = Schema<"InviteRef">;

const TOLD = [
  "invites.created",
  "invite.resent",
  "invites.reminded",
  "invite.reminders_stopped",
  "invite.delivery_failed",
  "invite.link_requested",
  "invite.start_changed",
  "invite.accepted",
  "invite.declined",
  "invite.withdrawn",
  "invites.expired",
  "accesses.ended",
] as const;
/** The name of the event's text; what an invite's history has no words for is told by its type. */
export const textOf = (event: HistoryEvent): string =>
  TOLD.find((one) => one === event.type)?.replace(".", "_") ?? "other";

/** Return the invite as it stood after the event. */
export function inviteIn(event: HistoryEvent, id: string): InviteRef | undefined {
  const data = event.data as { invite?: unknown; invites?: unknown };
  const refs = [data.invite, ...(Array.isArray(data.invites) ? data.invites : [])];
  return refs.find(
    (ref): ref is InviteRef => typeof ref === "object" && ref !== null && "id" in ref && ref.id === id,
  );
}

/** What became of each sending: of the newest what the invite says, of the others whether they failed. */
export function deliveryOf(
  event: HistoryEvent,
  events: readonly HistoryEvent[],
  invite: Pick<Schema<"Invite">, "id" | "delivery" | "sent">,
): Schema<"Delivery"> | "replaced" | null {
  if (event.type !== "invites.created" && event.type !== "invite.resent") return null;
  const number = inviteIn(event, invite.id)?.number;
  if (number === invite.sent.count) return invite.delivery;
  const failure = events.find(
    (one) => one.type === "invite.delivery_failed" && inviteIn(one, invite.id)?.number === number,
  );
  return failure?.type === "invite.delivery_failed" ? failure.data.delivery : "replaced";
}
