import { Title } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { ScreenLink } from "~/components/ScreenLink";
import { useOrganization } from "~/shell/organization";
import classes from "./FirstSteps.module.css";

/** What to do first in an organization that has seats and no learners. */
export function FirstSteps({ overview }: { overview: Schema<"Overview"> }) {
  const { t } = useTranslation("overview");
  const organization = useOrganization();
  const id = useId();
  const available = overview.seats.reduce((sum, license) => sum + license.seats.available, 0);
  return (
    <section className={classes.section} aria-labelledby={id}>
      <Title order={2} size="h3" id={id}>
        {t("first.title")}
      </Title>
      <ol className={classes.steps}>
        <li>
          <strong>{t("first.seats", { count: available })}</strong>
          <span>{t("first.seatsText")}</span>
        </li>
        <li>
          <strong>{t("first.invite")}</strong>
          <span>{t("first.inviteText")}</span>
        </li>
        <li>
          <strong>{t("first.learners")}</strong>
          <span>{t("first.learnersText")}</span>
        </li>
      </ol>
      {organization.may("invite") ? (
        <div className={classes.actions}>
          <ButtonLink to="/organizations/$organization/licenses" params={{ organization: organization.id }}>
            {t("first.action")}
          </ButtonLink>
          <ScreenLink to="groups" className={classes.link}>
            {t("first.groups")}
          </ScreenLink>
        </div>
      ) : (
        <p className={classes.note}>{t("first.limited")}</p>
      )}
    </section>
  );
}
