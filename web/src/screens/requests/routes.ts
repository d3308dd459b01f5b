import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";
import { ASKED, type Asked } from "./draft";

export interface RequestsSearch {
  /** Which list is shown: requests for seats, unless this says support. */
  kind?: "support";
  /** What the dialog for a new request asks for, so that a link can lead to it. */
  new?: Asked;
}

export const requestsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/requests",
  validateSearch: (search: Record<string, unknown>): RequestsSearch => {
    const asked = ASKED.find((one) => one === search.new);
    return {
      ...(search.kind === "support" && { kind: "support" }),
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
