import { Anchor, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { Manager, Schema } from "~/api/types";
import { TextLink } from "~/components/ButtonLink";
import { CopyButton } from "~/components/CopyButton";
import { ProblemAlert } from "~/components/ProblemAlert";
import { QrCard } from "~/components/QrCard";
import { useOrganization } from "~/shell/organization";
import classes from "./clients.module.css";
import { clientJoinPageQuery, clientTeamQuery } from "./queries";

interface Props {
  client: Schema<"Client">;
}

const SHOWN_MANAGERS = 4;

/** The address of the landing page, to hand out. */
export function LandingCard({ client }: Props) {
  const { t } = useTranslation("clients");
  return (
    <Card title={t("landing.title")}>
      {client.closed_at ? (
        <Text size="sm">{t("landing.gone")}</Text>
      ) : (
        <>
          <Text size="sm" c="dimmed">
            {t("landing.lead")}
          </Text>
          <Anchor
            href={client.landing_page}
            target="_blank"
            rel="noreferrer"
            fw={600}
            className={classes.address}
          >
            {client.landing_page.replace(/^https?:\/\//, "")}
          </Anchor>
          <div>
            <CopyButton value={client.landing_page} label={t("landing.copy")} />
          </div>
          <QrCard value={client.landing_page} label={t("landing.qr")} name={`landing-${client.slug}`} />
        </>
      )}
    </Card>
  );
}

/** Who manages the client besides its provider. */
export function ManagersCard({ client }: Props) {
  const { t } = useTranslation("clients");
  const organization = useOrganization();
  const team = useQuery(clientTeamQuery(client.id));
  const managers = team.data?.items ?? [];
  const params = { organization: client.id };
  return (
    <Card title={t("managers.title")}>
      <Loaded query={team}>
        {managers.length === 0 ? (
          <Text size="sm">{t("managers.none")}</Text>
        ) : (
          <>
            <Text size="sm">{t("managers.count", { count: managers.length })}</Text>
            <ul className={classes.names}>
              {managers.slice(0, SHOWN_MANAGERS).map((manager) => (
                <li key={manager.id}>
                  {nameOf(manager)}
                  {manager.state !== "active" && ` (${t("managers.invited")})`}
                </li>
              ))}
              {managers.length > SHOWN_MANAGERS && (
                <li>{t("managers.more", { count: managers.length - SHOWN_MANAGERS })}</li>
              )}
            </ul>
          </>
        )}
      </Loaded>
      <Group gap="md">
        <TextLink to="/organizations/$organization/team" params={params} size="sm" fw={550}>
          {t("managers.team")}
        </TextLink>
        {organization.may("manage_team") && !client.closed_at && (
          <TextLink
            to="/organizations/$organization/team"
            params={params}
            search={{ invite: true }}
            size="sm"
            fw={550}
          >
            {t("managers.invite")}
          </TextLink>
        )}
      </Group>
    </Card>
  );
}

const nameOf = ({ first_name, last_name, email }: Manager) => `${first_name} ${last_name}`.trim() || email;

/** Whom the client's join page lets in. */
export function JoiningCard({ client }: Props) {
  const { t } = useTranslation("clients");
  const page = useQuery(clientJoinPageQuery(client.id));
  const domains = page.data?.domains ?? [];
  return (
    <Card title={t("joining.title")}>
      <Loaded query={page}>
        {page.data && !page.data.enabled && <Text size="sm">{t("joining.off")}</Text>}
        {page.data?.enabled && (
          <Text size="sm">{t(domains.length > 0 ? "joining.domains" : "joining.everybody")}</Text>
        )}
        {domains.length > 0 && (
          <ul className={classes.names}>
            {domains.map((domain) => (
              <li key={domain}>{domain}</li>
            ))}
          </ul>
        )}
      </Loaded>
      <TextLink
        to="/organizations/$organization/join-page"
        params={{ organization: client.id }}
        size="sm"
        fw={550}
      >
        {t("joining.page")}
      </TextLink>
    </Card>
  );
}

interface CardProps {
  title: string;
  children: ReactNode;
}

function Card({ title, children }: CardProps) {
  const id = useId();
  return (
    <section className={classes.card} aria-labelledby={id}>
      <Title order={2} size="h5" id={id}>
        {title}
      </Title>
      {children}
    </section>
  );
}

interface LoadedProps {
  query: { data?: unknown; error: unknown; isPending: boolean; refetch: () => unknown };
  children: ReactNode;
}

function Loaded({ query, children }: LoadedProps) {
  const { t } = useTranslation("clients");
  if (query.isPending) return <Skeleton height={44} />;
  if (query.data) return children;
  return (
    <Stack align="flex-start" gap="xs">
      <ProblemAlert error={query.error} />
      <Button variant="default" size="xs" onClick={() => void query.refetch()}>
        {t("retry")}
      </Button>
    </Stack>
  );
}
