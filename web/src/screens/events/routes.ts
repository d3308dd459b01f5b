import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";
import { type EventFilters, readFilters } from "./filters";

export const eventsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/events",
  validateSearch: (search: Record<string, unknown>): EventFilters => readFilters(search),
  component: lazyRouteComponent(() => import("./EventsScreen"), "EventsScreen"),
});
