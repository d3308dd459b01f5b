import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { DateTime } from "~/components/DateTime";
import { Fact, Facts } from "~/components/Facts";
import { OrganizationState } from "./OrganizationState";
import classes from "./organization.module.css";
import { figuresQuery, type OrganizationDetail } from "./queries";

/** What the organization is, and how much it is used. */
export function OrganizationFacts({ organization }: { organization: OrganizationDetail }) {
  const { t, i18n } = useTranslation("operator");
  const overview = useQuery(figuresQuery(organization.id));
  const number = (value: number | undefined) =>
    value === undefined ? "…" : new Intl.NumberFormat(i18n.language).format(value);
  const seats = (of: "total" | "assigned") =>
    organization.licenses.reduce((sum, license) => sum + license.seats[of], 0);
  const figures = [
    { name: "learners", value: overview.data?.learners },
    { name: "seats", value: seats("total") },
    { name: "assigned", value: seats("assigned") },
    { name: "pending", value: overview.data?.invites.pending },
    { name: "clients", value: organization.clients },
  ] as const;
  return (
    <section className={classes.card} aria-label={t("organization.facts")}>
      <dl className={classes.figures}>
        {figures.map(({ name, value }) => (
          <div key={name}>
            <dt>{t(`organization.figure.${name}`)}</dt>
            <dd>{number(value)}</dd>
          </div>
        ))}
      </dl>
      <Facts least="8.5rem">
        <Fact name={t("organizations.state")}>
          <OrganizationState organization={organization} />
        </Fact>
        <Fact name={t("organizations.slug")}>{organization.slug}</Fact>
        <Fact name={t("organizations.timeZone")}>{organization.time_zone}</Fact>
        <Fact name={t("organizations.createdAt")}>
          <DateTime value={organization.created_at} timeZone={organization.time_zone} />
        </Fact>
        <Fact name={t("organization.lastActivity")}>
          {overview.data?.last_activity ? (
            <DateTime
              value={overview.data.last_activity}
              style="distance"
              timeZone={organization.time_zone}
            />
          ) : (
            "–"
          )}
        </Fact>
      </Facts>
    </section>
  );
}
