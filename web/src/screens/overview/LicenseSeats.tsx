import type { License } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { SeatBar } from "~/components/SeatBar";
import { useOrganization } from "~/shell/organization";
import classes from "./LicenseSeats.module.css";

/** The seats of each license as bars. */
export function LicenseSeats({ licenses }: { licenses: readonly License[] }) {
  const organization = useOrganization();
  return (
    <ul className={classes.list}>
      {licenses.map((license) => (
        <li key={license.id}>
          <TextLink
            to="/organizations/$organization/licenses/$license"
            params={{ organization: organization.id, license: license.id }}
            fw={550}
            c="inherit"
          >
            {license.product.name}
          </TextLink>
          <SeatBar seats={license.seats} />
        </li>
      ))}
    </ul>
  );
}
