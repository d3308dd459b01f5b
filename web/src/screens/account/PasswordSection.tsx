import { Anchor, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { discoverConnections } from "~/api/discovery";
import { useIdentity } from "~/shell/identity";
import classes from "./account.module.css";
import { PasswordForm } from "./PasswordForm";

/**
 * The password of the account. Where the address's domain has single sign-on, nobody can tell from outside who has
 * chosen a password besides: it says that none is needed, and the form is there for those who have one.
 */
export function PasswordSection() {
  const { t } = useTranslation("account");
  const { person } = useIdentity();
  const connections = useQuery({
    queryKey: ["sign-in-connections", person.email],
    queryFn: () => discoverConnections(person.email),
    enabled: !person.operator, // who signs in by password alone
  });
  if (connections.isLoading) return <Skeleton height={180} radius={10} />;
  const names = connections.data?.map(({ name }) => name) ?? [];
  return (
    <Stack>
      {names.length > 0 ? (
        <>
          <Text size="sm">{t("password.signOn", { names: names.join(", "), email: person.email })}</Text>
          <details>
            <summary className={classes.summary}>{t("password.besides")}</summary>
            <Stack mt="md">
              <PasswordForm />
            </Stack>
          </details>
        </>
      ) : (
        <PasswordForm />
      )}
      <Anchor href="/learn/password" size="sm">
        {t("password.forgotten")}
      </Anchor>
    </Stack>
  );
}
