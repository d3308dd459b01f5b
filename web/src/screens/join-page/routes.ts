import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Schema } from "~/api/types";
import { organizationRoute } from "~/shell/routes";

/** In the order in which a manager looks at them. */
export const STATES = ["pending", "waiting", "admitted", "refused"] as const satisfies Schema<"JoinState">[];

interface Search {
  /** The requests that are shown; those to be answered where it is left out. */
  state?: Schema<"JoinState">;
  /** What the address or the name begins with. */
  q?: string;
  /** Whether the dialog with the settings is open. */
  edit?: true;
}

export const joinPageRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/join-page",
  validateSearch: (search): Search => ({
    state: STATES.find((state) => state === search.state),
    ...(typeof search.q === "string" && search.q ? { q: search.q } : {}),
    ...(search.edit ? { edit: true as const } : {}),
  }),
  component: lazyRouteComponent(() => import("./JoinPageScreen"), "JoinPageScreen"),
});
