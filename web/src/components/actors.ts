/** Who did what an event tells. */

import type { Schema } from "~/api/types";

type EventPage = Schema<"EventPage">;

/** An event with the present name of who did it; null where there is none. */
export type NamedEvent = EventPage["items"][number] & { actor_name: string | null };

/** Put the names that a page of events has beside them into each of its events. */
export function withActorNames({ items, next, actor_names }: EventPage): {
  items: NamedEvent[];
  next: string | null;
} {
  return { items: items.map((event) => ({ ...event, actor_name: actor_names[event.actor] ?? null })), next };
}
