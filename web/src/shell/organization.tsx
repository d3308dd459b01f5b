/** The organization that the screens are about. */

import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { api, unwrap } from "~/api/client";
import type { Identity } from "~/api/session";
import type { Organization, Permission, Schema } from "~/api/types";
import { useIdentity } from "./identity";

export interface CurrentOrganization extends Organization {
  role: Schema<"Role">;
  permissions: ReadonlySet<Permission>;
  hasClients: boolean;
  may: (permission: Permission) => boolean;
}

const Context = createContext<CurrentOrganization | null>(null);

/** The organization of the path, with what the person may do in it. Only below an organization's frame. */
export function useOrganization(): CurrentOrganization {
  const organization = useContext(Context);
  if (!organization) throw new Error("useOrganization is called outside of an organization's screens");
  return organization;
}

/** The same where there may be none, such as for a component that operators' screens use, too. */
export function useOrganizationIfAny(): CurrentOrganization | null {
  return useContext(Context);
}

export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ["organizations", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/v1/organizations/{organization}", { params: { path: { organization: id } }, signal })),
  });

/**
 * Return the person's place in the organization. In a client a provider's manager has the role that they have
 * at home (decision 33); an operator who manages neither may read.
 */
export function placeIn(
  organization: Pick<Organization, "id" | "provider">,
  identity: Identity,
): Pick<CurrentOrganization, "role" | "permissions" | "hasClients"> {
  const own = identity.organizations.find((one) => one.id === organization.id);
  const home = own ?? identity.organizations.find((one) => one.id === organization.provider);
  return {
    role: home?.role ?? "limited_manager",
    permissions: new Set(home?.permissions ?? ["read"]),
    hasClients: own?.has_clients ?? false,
  };
}

export function OrganizationProvider({ id, children }: { id: string; children: ReactNode }) {
  const { data } = useSuspenseQuery(organizationQuery(id));
  const identity = useIdentity();
  const current = useMemo<CurrentOrganization>(() => {
    const place = placeIn(data, identity);
    return { ...data, ...place, may: (permission) => place.permissions.has(permission) };
  }, [data, identity]);
  return <Context.Provider value={current}>{children}</Context.Provider>;
}
