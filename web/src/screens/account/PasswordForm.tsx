import { Button, PasswordInput, type PasswordInputProps, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { ApiProblem } from "~/api/problems";
import { session } from "~/api/session";
import { ProblemAlert } from "~/components/ProblemAlert";
import { toastDone } from "~/components/toasts";
import { useOnce } from "~/components/useOnce";
import { useIdentity } from "~/shell/identity";
import { LONGEST, SHORTEST, weaknessOf } from "./password";

const FIELDS = ["current_password", "new_password"] as const;
const EMPTY = { current_password: "", new_password: "" };

type Passwords = typeof EMPTY;

/** Sets a new password by the present one; all other sessions end, and this one goes on. */
export function PasswordForm() {
  const { t } = useTranslation("account");
  const { person } = useIdentity();
  const [passwords, setPasswords] = useState(EMPTY);
  const change = useMutation({
    mutationFn: (body: Passwords) => unwrap(api.PUT("/v1/me/password", { body })),
    onSuccess: (begun) => {
      session.replace(begun);
      setPasswords(EMPTY);
      toastDone(t("password.saved"));
    },
  });
  const send = useOnce(change);
  const field = (name: keyof Passwords) => ({
    name,
    value: passwords[name],
    onChange: ({ currentTarget: { value } }: React.ChangeEvent<HTMLInputElement>) =>
      setPasswords((before) => ({ ...before, [name]: value })),
  });
  const reasons = useReasons(change.error, change.variables);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send(passwords);
      }}
    >
      <Stack>
        {/* What is said beside a field is not said twice. */}
        <ProblemAlert
          error={Object.values(reasons).some(Boolean) ? null : change.error}
          besideFields={FIELDS}
        />
        {/* For what keeps passwords: whose this one is. */}
        <input type="text" name="username" autoComplete="username" value={person.email} readOnly hidden />
        <Password
          label={t("password.current")}
          autoComplete="current-password"
          error={reasons.current_password}
          {...field("current_password")}
        />
        <Password
          label={t("password.new")}
          description={t("password.rule", { count: SHORTEST })}
          autoComplete="new-password"
          maxLength={LONGEST}
          error={reasons.new_password}
          {...field("new_password")}
        />
        <div>
          <Button
            type="submit"
            loading={change.isPending}
            disabled={passwords.current_password === "" || passwords.new_password === ""}
          >
            {t("password.save")}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

/** Say beside each password why it was refused. */
function useReasons(error: unknown, sent: Passwords | undefined): Partial<Record<keyof Passwords, string>> {
  const { t } = useTranslation("account");
  if (!(error instanceof ApiProblem) || !sent) return {};
  if (error.code === "wrong_password") return { current_password: t("password.wrong") };
  const weakness = weaknessOf(sent.new_password, error);
  return weakness ? { new_password: t(`password.weak.${weakness}`, { count: SHORTEST, most: LONGEST }) } : {};
}

function Password(props: PasswordInputProps) {
  const { t } = useTranslation("account");
  return (
    <PasswordInput
      {...props}
      visibilityToggleButtonProps={{
        "aria-label": t("shell:signIn.show"),
        tabIndex: 0,
        "aria-hidden": false,
      }}
    />
  );
}
