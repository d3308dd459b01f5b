import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { organizationRoute } from "~/shell/routes";
import { type InviteFilters, readFilters } from "./filters";

export const invitesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/invites",
  validateSearch: (search: Record<string, unknown>): InviteFilters => readFilters(search),
  component: lazyRouteComponent(() => import("./InvitesScreen"), "InvitesScreen"),
});

/** What a link to the form for new invites has chosen already. */
interface Chosen {
  license?: string;
  group?: string;
  client?: string;
}

const idIn = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export const newInvitesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/invites/new",
  validateSearch: (search: Record<string, unknown>): Chosen => ({
    license: idIn(search.license),
    group: idIn(search.group),
    client: idIn(search.client),
  }),
  component: lazyRouteComponent(() => import("./NewInvitesScreen"), "NewInvitesScreen"),
});

/** One invite; notices about it lead here. */
export const inviteRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/invites/$invite",
  component: lazyRouteComponent(() => import("./InviteScreen"), "InviteScreen"),
});
