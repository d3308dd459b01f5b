import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Schema } from "~/api/types";
import { organizationRoute } from "~/shell/routes";

/** How codes are made: one that is chosen or generated, a batch of generated ones, or those of a list. */
export const WAYS = ["one", "batch", "list"] as const;
export type Way = (typeof WAYS)[number];

export const STATES = ["active", "disabled", "used_up", "ended"] as const satisfies Schema<"CodeState">[];

const SORTS: readonly Schema<"CodeSort">[] = ["-created", "created", "code", "-code", "name", "-name"];

const KINDS: readonly Schema<"CodeKind">[] = ["registration", "redemption"];

export interface CodesFilters {
  kind?: Schema<"CodeKind">;
  state?: Schema<"CodeState">;
  /** The id of a batch. */
  batch?: string;
  /** What the code or its name begins with. */
  q?: string;
  /** The order; a search has its own. */
  sort?: Schema<"CodeSort">;
}

interface CodesSearch extends CodesFilters {
  /** The way in which the open dialog makes codes. */
  new?: Way;
  /** The license that is chosen in it, as where a client's seats are. */
  license?: string;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value ? value : typeof value === "number" ? String(value) : undefined;

function filtersIn(search: Record<string, unknown>): CodesFilters {
  return {
    kind: KINDS.find((kind) => kind === search.kind),
    state: STATES.find((state) => state === search.state),
    batch: text(search.batch),
    q: text(search.q),
    sort: SORTS.find((sort) => sort === search.sort),
  };
}

export const codesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/codes",
  validateSearch: (search): CodesSearch => ({
    ...filtersIn(search),
    new: WAYS.find((way) => way === search.new),
    license: text(search.license),
  }),
  component: lazyRouteComponent(() => import("./CodesScreen"), "CodesScreen"),
});

export const codeBatchesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/codes/batches",
  component: lazyRouteComponent(() => import("./BatchesScreen"), "BatchesScreen"),
});

export const codeUsesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/codes/uses",
  component: lazyRouteComponent(() => import("./UsesScreen"), "UsesScreen"),
});

export const codeSheetRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/codes/sheet",
  validateSearch: filtersIn,
  component: lazyRouteComponent(() => import("./SheetScreen"), "SheetScreen"),
});

interface CodeSearch {
  /** Whether the dialog that changes the code is open. */
  edit?: true;
  /** What the address or the name of who redeemed it begins with. */
  q?: string;
}

export const codeRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/codes/$code",
  validateSearch: (search): CodeSearch => ({
    ...(search.edit ? { edit: true as const } : {}),
    ...(typeof search.q === "string" && search.q ? { q: search.q } : {}),
  }),
  component: lazyRouteComponent(() => import("./CodeScreen"), "CodeScreen"),
});
