import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { operatorRoute } from "~/shell/routes";

interface Search {
  /** What names or short names begin with. */
  q?: string;
  /** Whether the dialog to create one is open. */
  create?: true;
}

export const operatorOrganizationsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/organizations",
  validateSearch: (search): Search => ({
    ...(typeof search.q === "string" && search.q ? { q: search.q } : {}),
    ...(search.create ? { create: true } : {}),
  }),
  component: lazyRouteComponent(() => import("./OperatorOrganizationsScreen"), "OperatorOrganizationsScreen"),
});

/** One organization as a whole. */
export const operatorOrganizationRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/organizations/$organization",
  validateSearch: (search): { grant?: true } => (search.grant ? { grant: true } : {}),
  component: lazyRouteComponent(() => import("./OperatorOrganizationScreen"), "OperatorOrganizationScreen"),
});
