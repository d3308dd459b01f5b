import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { operatorRoute } from "~/shell/routes";

interface Search {
  /** Whether the dialog to create one is open. */
  create?: true;
}

export const operatorProductsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/products",
  validateSearch: (search): Search => (search.create ? { create: true } : {}),
  component: lazyRouteComponent(() => import("./OperatorProductsScreen"), "OperatorProductsScreen"),
});
