import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { groupQuery } from "~/components/choices";
import { licensesQuery } from "~/components/licenses";
import { useOrganization } from "~/shell/organization";

/** What a first sign-in gives, by name. */
export function GrantText({ grant }: { grant: Schema<"Grant"> }) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const licenses = useQuery(licensesQuery(organization.id));
  const group = useQuery({
    ...groupQuery(organization.id, grant.group ?? ""),
    enabled: Boolean(grant.group),
  });
  if (grant.group) return group.data ? t("connections.grant.group", { name: group.data.name }) : "…";
  if (!grant.licenses?.length) return t("connections.grant.nothing");
  const names = (licenses.data?.items ?? [])
    .filter((license) => grant.licenses?.includes(license.id))
    .map((license) => license.product.name);
  return names.join(", ") || "…";
}
