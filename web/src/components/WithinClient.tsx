import type { ReactNode } from "react";
import { OrganizationProvider } from "~/shell/organization";

interface Props {
  client: string | undefined;
  children: ReactNode;
}

/** What belongs to a client of the organization is shown with the client's licenses, groups and time zone. */
export function WithinClient({ client, children }: Props) {
  if (client === undefined) return children;
  return (
    <OrganizationProvider key={client} id={client}>
      {children}
    </OrganizationProvider>
  );
}
