import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ProblemAlert } from "~/components/ProblemAlert";
import { AppearanceForm, Previews } from "~/components/settings/AppearanceForm";
import { valuesOf } from "~/components/settings/values";
import { organizationQuery, useOrganization } from "~/shell/organization";
import { ClientPage } from "./ClientPage";
import classes from "./clients.module.css";
import { useClientsChanged } from "./queries";
import { clientAppearanceRoute } from "./routes";

/** Logo, color and welcome of a client, beside how its landing page and emails look with them. */
export function ClientAppearanceScreen() {
  const { client: id } = clientAppearanceRoute.useParams();
  return <ClientPage id={id}>{() => <Appearance key={id} id={id} />}</ClientPage>;
}

function Appearance({ id }: { id: string }) {
  const provider = useOrganization();
  const changed = useClientsChanged(provider.id);
  const { data: client, error } = useQuery(organizationQuery(id));
  if (!client) return error ? <ProblemAlert error={error} /> : <Skeleton height={420} radius={14} />;
  if (!provider.may("manage_organization") || client.closed_at) {
    return (
      <div className={classes.looks}>
        <Previews form={{ organization: client, draft: valuesOf(client), logo: { kind: "kept" } }} />
      </div>
    );
  }
  return <AppearanceForm organization={client} onSaved={() => changed()} />;
}
