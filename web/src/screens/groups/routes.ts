import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";

interface Search {
  q?: string;
  /** Whether the dialog to create a group is open, so that a link can lead to it. */
  create?: true;
}

const textOf = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

export const groupsRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/groups",
  validateSearch: (search): Search => ({
    ...(textOf(search.q) ? { q: textOf(search.q) } : {}),
    ...(search.create ? { create: true } : {}),
  }),
  component: lazyRouteComponent(() => import("./GroupsScreen"), "GroupsScreen"),
});

interface GroupSearch {
  /** What a member's address, first or last name begins with. */
  q?: string;
  /** The dialog that is open, so that a link can lead to it. */
  add?: "members" | "licenses";
}

export const groupRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/groups/$group",
  validateSearch: (search): GroupSearch => ({
    ...(textOf(search.q) ? { q: textOf(search.q) } : {}),
    ...(search.add === "members" || search.add === "licenses" ? { add: search.add } : {}),
  }),
  component: lazyRouteComponent(() => import("./GroupScreen"), "GroupScreen"),
});
