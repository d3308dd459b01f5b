import { Anchor, Button, Group, List, Text, Title } from "@mantine/core";
import { IconExternalLink, IconStethoscope } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { ProblemAlert } from "~/components/ProblemAlert";
import { StateBadge } from "~/components/StateBadge";
import { useOrganization } from "~/shell/organization";
import classes from "../integrations.module.css";
import type { Connection } from "../queries";

/** The test of a connection, and the pages where learners and managers begin to sign in. */
export function CheckCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const check = useMutation({
    mutationFn: () =>
      unwrap(
        api.GET("/v1/organizations/{organization}/sso-connections/{connection}/check", {
          params: { path: { organization: organization.id, connection: connection.id } },
        }),
      ),
  });
  return (
    <section className={classes.card} aria-labelledby="check">
      <div>
        <Title order={2} size="h4" id="check">
          {t("connections.check.title")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("connections.check.text")}
        </Text>
      </div>
      <div>
        <Button
          leftSection={<IconStethoscope size={18} stroke={1.8} />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {t("connections.check.action")}
        </Button>
      </div>
      <div role="status">
        {check.data?.ok && <StateBadge tone="ok">{t("connections.check.ok")}</StateBadge>}
        {check.data && !check.data.ok && (
          <>
            <StateBadge tone="attention">
              {t("connections.check.problems", { count: check.data.problems.length })}
            </StateBadge>
            <List mt="xs" size="sm">
              {check.data.problems.map((problem) => (
                <List.Item key={problem.code + problem.detail}>{problem.detail}</List.Item>
              ))}
            </List>
          </>
        )}
      </div>
      <ProblemAlert error={check.error} />
      <Text size="sm">{t("connections.check.tryText")}</Text>
      <Group gap="lg">
        <Anchor href={connection.sign_in_page} target="_blank" rel="noreferrer" size="sm">
          {t("connections.check.asLearner")} <IconExternalLink size={14} aria-hidden="true" />
        </Anchor>
        <Anchor href={connection.console_sign_in_page} target="_blank" rel="noreferrer" size="sm">
          {t("connections.check.asManager")} <IconExternalLink size={14} aria-hidden="true" />
        </Anchor>
      </Group>
    </section>
  );
}
