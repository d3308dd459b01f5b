import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";

interface Search {
  q?: string;
  /** Whether the dialog to create a client is open, so that a link can lead to it. */
  create?: true;
}

const textOf = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

export const clientsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/clients",
  validateSearch: (search): Search => ({
    ...(textOf(search.q) ? { q: textOf(search.q) } : {}),
    ...(search.create ? { create: true } : {}),
  }),
  component: lazyRouteComponent(() => import("./ClientsScreen"), "ClientsScreen"),
});

interface ClientSearch {
  /** Whether the dialog to give seats is open, so that a link can lead to it. */
  give?: true;
}

export const clientRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/clients/$client",
  validateSearch: (search): ClientSearch => (search.give ? { give: true } : {}),
  component: lazyRouteComponent(() => import("./ClientScreen"), "ClientScreen"),
});

export const clientAppearanceRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/clients/$client/appearance",
  component: lazyRouteComponent(() => import("./ClientAppearanceScreen"), "ClientAppearanceScreen"),
});
