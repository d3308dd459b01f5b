import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Schema } from "~/api/types";
import { organizationRoute } from "~/shell/routes";
import { ASKED, type Asked } from "./draft";

/** The states of each kind of request, in the order in which they come. */
export const STATES = {
  seats: ["open", "approved", "refused", "withdrawn"],
  support: ["open", "answered", "withdrawn"],
} as const satisfies { seats: Schema<"SeatRequestState">[]; support: Schema<"SupportState">[] };

export type RequestState = Schema<"SeatRequestState"> | Schema<"SupportState">;

export interface RequestsSearch {
  /** Which list is shown: requests for seats, unless this says support. */
  kind?: "support";
  /** The requests that are shown; all where it is left out. */
  state?: RequestState;
  /** What the dialog for a new request asks for, so that a link can lead to it. */
  new?: Asked;
}

export const requestsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/requests",
  validateSearch: (search: Record<string, unknown>): RequestsSearch => {
    const asked = ASKED.find((one) => one === search.new);
    const kind = search.kind === "support" ? "support" : "seats";
    const state = STATES[kind].find((one) => one === search.state);
    return {
      ...(kind === "support" && { kind }),
      ...(state && { state }),
      ...(asked && { new: asked }),
    };
  },
  component: lazyRouteComponent(() => import("./RequestsScreen"), "RequestsScreen"),
});

/** One request; emails about its answer lead here. */
export const seatRequestRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/seat-requests/$request",
  component: lazyRouteComponent(() => import("./RequestScreen"), "SeatRequestScreen"),
});

export const supportRequestRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/support-requests/$request",
  component: lazyRouteComponent(() => import("./RequestScreen"), "SupportRequestScreen"),
});
