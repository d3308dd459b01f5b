import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { operatorRoute } from "~/shell/routes";

interface Search {
  /** The domain that is asked about, and the connection that it belongs to. */
  confirm?: string;
  connection?: string;
}

export const operatorDomainsRoute = createRoute({
  getParentRoute: () => operatorRoute,
  path: "/domains",
  validateSearch: (search): Search =>
    typeof search.confirm === "string" && typeof search.connection === "string"
      ? { confirm: search.confirm, connection: search.connection }
      : {},
  component: lazyRouteComponent(() => import("./OperatorDomainsScreen"), "OperatorDomainsScreen"),
});
