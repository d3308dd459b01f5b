import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { operatorRoute } from "~/shell/routes";

interface Search {
  /** Whether the dialog to create one is open. */
  create?: true;
  /** Words of the products' names. */
  q?: string;
}

export const operatorProductsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/products",
  validateSearch: (search): Search => ({
    ...(search.create ? { create: true } : {}),
    // A name of digits alone is read as a number.
    ...(typeof search.q === "string" || typeof search.q === "number" ? { q: String(search.q) } : {}),
  }),
  component: lazyRouteComponent(() => import("./OperatorProductsScreen"), "OperatorProductsScreen"),
});
