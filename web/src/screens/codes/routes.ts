import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Schema } from "~/api/types";
import { organizationRoute } from "~/shell/routes";

/** How codes are made: one that is chosen or generated, a batch of generated ones, or those of a list. */
export const WAYS = ["one", "batch", "list"] as const;
export type Way = (typeof WAYS)[number];

const KINDS: readonly Schema<"CodeKind">[] = ["registration", "redemption"];

export interface CodesFilters {
  kind?: Schema<"CodeKind">;
  /** The id of a batch. */
  batch?: string;
  /** The text of the code that is looked for. */
  code?: string;
}

interface CodesSearch extends CodesFilters {
  /** The way in which the open dialog makes codes. */
  new?: Way;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value ? value : typeof value === "number" ? String(value) : undefined;

function filtersIn(search: Record<string, unknown>): CodesFilters {
  return {
    kind: KINDS.find((kind) => kind === search.kind),
    batch: text(search.batch),
    code: text(search.code),
  };
}

export const codesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/codes",
  validateSearch: (search): CodesSearch => ({
    ...filtersIn(search),
    new: WAYS.find((way) => way === search.new),
  }),
  component: lazyRouteComponent(() => import("./CodesScreen"), "CodesScreen"),
});

export const codeBatchesRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/codes/batches",
  component: lazyRouteComponent(() => import("./BatchesScreen"), "BatchesScreen"),
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
}

export const codeRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: "/codes/$code",
  validateSearch: (search): CodeSearch => (search.edit ? { edit: true } : {}),
  component: lazyRouteComponent(() => import("./CodeScreen"), "CodeScreen"),
});
