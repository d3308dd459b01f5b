import { Anchor, Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { discoverConnections } from "~/api/discovery";
import { session } from "~/api/session";
import type { Schema } from "~/api/types";
import { ProblemAlert } from "~/components/ProblemAlert";

interface Props {
  /** Who has to sign in, where only one person can go on. */
  email?: string;
  /** Leave, so that somebody else can sign in. */
  onOther?: () => void;
}

/** Signs in by a password or, where none is written, by the single sign-on of the address's domain. */
export function SignInForm({ email: known, onOther }: Props) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const [connections, setConnections] = useState<readonly Schema<"SignInConnection">[] | null>(null);
  const signIn = useMutation({
    mutationFn: async () =>
      password === "" ? setConnections(await discoverConnections(email)) : session.signIn(email, password),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <Stack>
        <ProblemAlert error={signIn.error} />
        <TextInput
          label={t("signIn.email")}
          type="email"
          name="email"
          autoComplete="username"
          required
          withAsterisk={false}
          readOnly={known !== undefined}
          value={email}
          onChange={(event) => {
            setEmail(event.currentTarget.value);
            setConnections(null);
          }}
          data-autofocus={known === undefined || undefined}
        />
        <PasswordInput
          label={t("signIn.password")}
          name="password"
          autoComplete="current-password"
          description={t("signIn.without")}
          error={connections?.length === 0 && password === "" && t("signIn.missing")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-autofocus={known !== undefined || undefined}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: 0, "aria-hidden": false }}
        />
        <Button type="submit" loading={signIn.isPending} fullWidth>
          {t("signIn.submit")}
        </Button>
        {connections?.map(({ name, url }) => (
          <Button key={url} component="a" href={url} variant="default" fullWidth>
            {t("signIn.through", { name })}
          </Button>
        ))}
        <Group justify="space-between">
          <Anchor href="/learn/password" size="sm">
            {t("signIn.forgot")}
          </Anchor>
          {onOther && (
            <Anchor component="button" type="button" size="sm" onClick={onOther}>
              {t("signIn.other")}
            </Anchor>
          )}
        </Group>
      </Stack>
    </form>
  );
}
