import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { JoiningCard, LandingCard, ManagersCard } from "./Cards";
import { ClientPage } from "./ClientPage";
import classes from "./clients.module.css";
import { clientRoute } from "./routes";
import { Sublicenses } from "./Sublicenses";

/** A client as a whole: its figures, its sublicenses, its landing page, and who manages it. */
export function ClientScreen() {
  const { client: id } = clientRoute.useParams();
  return (
    <ClientPage id={id}>
      {(client) => (
        <Stack gap="xl">
          <Figures client={client} />
          <div className={classes.columns}>
            <Sublicenses client={client} />
            <div className={classes.cards}>
              <LandingCard client={client} />
              <ManagersCard client={client} />
              <JoiningCard client={client} />
            </div>
          </div>
        </Stack>
      )}
    </ClientPage>
  );
}

function Figures({ client }: { client: Schema<"Client"> }) {
  const { t, i18n } = useTranslation("clients");
  const params = { organization: client.id };
  return (
    <dl className={classes.figures} aria-label={t("figures.label")}>
      <div>
        <dt>{t("figures.seats")}</dt>
        <dd>{t("figures.seatsOf", client.seats)}</dd>
      </div>
      <div>
        <dt>{t("figures.learners")}</dt>
        <dd>
          <TextLink to="/organizations/$organization/learners" params={params} inherit>
            {new Intl.NumberFormat(i18n.language).format(client.learners)}
          </TextLink>
        </dd>
      </div>
      <div>
        <dt>{t("figures.activity")}</dt>
        <dd>
          {client.last_activity ? <DateTime value={client.last_activity} style="distance" /> : t("never")}
        </dd>
      </div>
      <div>
        <dt>{t("figures.invites")}</dt>
        <dd>
          <TextLink to="/organizations/$organization/invites" params={params} inherit>
            {t("figures.show")}
          </TextLink>
        </dd>
      </div>
    </dl>
  );
}
