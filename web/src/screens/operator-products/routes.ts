import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { operatorRoute } from "~/shell/routes";

interface Search {
  /** Whether the dialog to create one is open. */
  create?: true;
  /** What the name begins with. */
  q?: string;
}

export const operatorProductsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/products",
  validateSearch: (search): Search => ({
    ...(search.create ? { create: true as const } : {}),
    ...(typeof search.q === "string" && search.q ? { q: search.q } : {}),
  }),
  component: lazyRouteComponent(() => import("./OperatorProductsScreen"), "OperatorProductsScreen"),
});
