import { Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";
import { ButtonLink } from "~/components/ButtonLink";
import { DateTime } from "~/components/DateTime";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { ScreenLink } from "~/components/ScreenLink";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { useOrganization } from "~/shell/organization";
import { Accesses } from "./Accesses";
import classes from "./LearnerScreen.module.css";
import { nameOf } from "./names";
import { PersonalData } from "./PersonalData";
import { learnerQuery } from "./queries";
import { learnerRoute } from "./routes";
import { SupportActions } from "./SupportDialogs";
import { Timeline } from "./Timeline";

/** One learner: what they have, where they belong, what happened, and what can be done for them. */
export function LearnerScreen() {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  const { learner: id } = learnerRoute.useParams();
  const learner = useQuery(learnerQuery(organization.id, id));
  if (learner.error instanceof ApiProblem && learner.error.status === 404) return <NotFoundScreen />;
  const back = (
    <ButtonLink
      variant="default"
      leftSection={<IconArrowLeft size={16} />}
      to="/organizations/$organization/learners"
      params={{ organization: organization.id }}
    >
      {t("all")}
    </ButtonLink>
  );
  return (
    <Page
      title={learner.data ? nameOf(learner.data) : t("one")}
      lead={learner.data && <Lead learner={learner.data} />}
      actions={back}
    >
      {learner.isPending && <Skeleton height={320} radius={14} />}
      {!learner.data && learner.error && (
        <Stack align="flex-start">
          <ProblemAlert error={learner.error} />
          <Button variant="default" onClick={() => void learner.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
      {learner.data && <Content learner={learner.data} />}
    </Page>
  );
}

function Lead({ learner }: { learner: Schema<"LearnerDetail"> }) {
  const { t } = useTranslation("learners");
  return (
    <>
      {learner.email} · {t("joined")} <DateTime value={learner.joined_at} />
    </>
  );
}

function Content({ learner }: { learner: Schema<"LearnerDetail"> }) {
  const { t } = useTranslation("learners");
  const organization = useOrganization();
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        <Section title={t("accesses.title")}>
          <Accesses learner={learner} />
        </Section>
        {learner.invites.length > 0 && (
          <Section title={t("invites.title")}>
            <ul className={classes.links}>
              {learner.invites.map((invite) => (
                <li key={invite.id}>
                  <ScreenLink to={`invites/${invite.id}`} className={classes.link}>
                    {offered(invite)}
                  </ScreenLink>
                  <Text span size="sm" c="dimmed">
                    {invite.expired ? t("invites.expired") : t("invites.expires")}{" "}
                    <DateTime value={invite.expires_at} style="distance" />
                  </Text>
                </li>
              ))}
            </ul>
          </Section>
        )}
        <Section title={t("timeline.title")}>
          <Timeline learner={learner} />
        </Section>
      </div>
      <div className={classes.column}>
        <Section title={t("groups.title")}>
          <Places places={learner.groups} none={t("groups.none")} to={(group) => `groups/${group}`} />
        </Section>
        {(organization.hasClients || learner.clients.length > 0) && (
          <Section title={t("clients.title")}>
            <Places places={learner.clients} none={t("clients.none")} to={(client) => `clients/${client}`} />
          </Section>
        )}
        {organization.may("file_requests") && (
          <Section title={t("support.title")}>
            <SupportActions learner={learner} />
          </Section>
        )}
        {organization.may("manage_people_data") && (
          <Section title={t("data.title")}>
            <PersonalData learner={learner} />
          </Section>
        )}
      </div>
    </div>
  );
}

const offered = ({ licenses, groups }: Schema<"Invite">) =>
  [...licenses.map((license) => license.product.name), ...groups.map((group) => group.name)].join(", ");

interface PlacesProps {
  places: readonly { id: string; name: string }[];
  none: string;
  to: (id: string) => string;
}

function Places({ places, none, to }: PlacesProps) {
  if (places.length === 0) return <Text c="dimmed">{none}</Text>;
  return (
    <ul className={classes.links}>
      {places.map((place) => (
        <li key={place.id}>
          <ScreenLink to={to(place.id)} className={classes.link}>
            {place.name}
          </ScreenLink>
        </li>
      ))}
    </ul>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <Title order={2} size="h4" id={id}>
        {title}
      </Title>
      {children}
    </section>
  );
}
