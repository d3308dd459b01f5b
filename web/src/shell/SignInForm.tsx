import { Anchor, Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { session } from "~/api/session";
import { ProblemAlert } from "~/components/ProblemAlert";

interface Props {
  /** Who has to sign in, where only one person can go on. */
  email?: string;
  /** Leave, so that somebody else can sign in. */
  onOther?: () => void;
}

export function SignInForm({ email: known, onOther }: Props) {
  const { t } = useTranslation();
  const [email, setEmail] = useState(known ?? "");
  const [password, setPassword] = useState("");
  const signIn = useMutation({ mutationFn: () => session.signIn(email, password) });
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
          onChange={(event) => setEmail(event.currentTarget.value)}
          data-autofocus={known === undefined || undefined}
        />
        <PasswordInput
          label={t("signIn.password")}
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-autofocus={known !== undefined || undefined}
          visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: 0, "aria-hidden": false }}
        />
        <Button type="submit" loading={signIn.isPending} fullWidth>
          {t("signIn.submit")}
        </Button>
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
