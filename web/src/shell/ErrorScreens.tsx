import { Button, Group, Text } from "@mantine/core";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import { useErrorTexts } from "~/components/errorTexts";
import { MessageScreen } from "./MessageScreen";

/** An address that leads to nothing, or to nothing of the person's. */
export function NotFoundScreen() {
  const { t } = useTranslation();
  return (
    <MessageScreen title={t("notFound.title")}>
      <Text c="dimmed">{t("notFound.text")}</Text>
      <Button renderRoot={(props) => <Link to="/" {...props} />}>{t("notFound.home")}</Button>
    </MessageScreen>
  );
}

/** What a screen shows that could not be: the reason, and a button that tries again. */
export function ErrorScreen({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const { reset: resetQueries } = useQueryErrorResetBoundary();
  if (error instanceof ApiProblem && error.status === 404) return <NotFoundScreen />;
  const retry = () => {
    resetQueries();
    reset();
    void router.invalidate();
  };
  return <FailureScreen error={error} retry={retry} />;
}

export function FailureScreen({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const texts = useErrorTexts(error);
  return (
    <MessageScreen title={texts.title}>
      <Text c="dimmed" maw="34rem">
        {texts.detail} {texts.nextAction}
      </Text>
      {texts.reference && (
        <Text size="sm" c="dimmed">
          {t("failure.reference", { reference: texts.reference })}
        </Text>
      )}
      <Group justify="center">
        <Button onClick={retry}>{t("failure.retry")}</Button>
        <Button variant="default" onClick={() => location.assign("/")}>
          {t("notFound.home")}
        </Button>
      </Group>
    </MessageScreen>
  );
}
