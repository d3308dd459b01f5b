import { Paper, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { FullPageLoader } from "~/shell/FullPageLoader";
import { useSession } from "~/shell/identity";
import { LanguageMenu } from "~/shell/LanguageMenu";
import { UsherMark } from "~/shell/OrganizationMark";
import { Redirect } from "~/shell/Redirect";
import { SignInForm } from "~/shell/SignInForm";
import { signInRoute } from "./route";
import classes from "./SignInScreen.module.css";

export function SignInScreen() {
  const { t } = useTranslation();
  const state = useSession();
  const { next } = signInRoute.useSearch();
  useEffect(() => {
    document.title = `${t("signIn.title")} · Usher`;
  }, [t]);
  if (state.status === "starting") return <FullPageLoader />;
  if (state.status === "signed-in") return <Redirect to={next ?? "/"} />;
  return (
    <main className={classes.screen}>
      <Paper className={classes.card} component="section" aria-labelledby="sign-in">
        <UsherMark size={44} />
        <Title order={1} size="h2" id="sign-in" mt="md">
          {t("signIn.title")}
        </Title>
        <Text c="dimmed" mb="lg">
          {t("signIn.lead")}
        </Text>
        <SignInForm />
      </Paper>
      <footer className={classes.footer}>
        <a href="/learn">{t("signIn.learner")}</a>
        <LanguageMenu />
      </footer>
    </main>
  );
}
