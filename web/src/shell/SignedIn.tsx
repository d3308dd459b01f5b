import { Modal, Text } from "@mantine/core";
import { Outlet, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConnectionFailed } from "~/api/problems";
import { session } from "~/api/session";
import { FailureScreen } from "./ErrorScreens";
import { FullPageLoader } from "./FullPageLoader";
import { useSession } from "./identity";
import { Redirect } from "./Redirect";
import { SignInForm } from "./SignInForm";

/** Show the screens to the signed-in person; others sign in first, and come back to the same address. */
export function SignedIn() {
  const state = useSession();
  switch (state.status) {
    case "starting":
      return <FullPageLoader />;
    case "unreachable":
      return <FailureScreen error={new ConnectionFailed()} retry={() => void session.start()} />;
    case "signed-out":
      return <ToSignIn comeBack={!state.left} />;
    case "signed-in":
    case "ended":
      return (
        <>
          <Outlet />
          <SignInAgain opened={state.status === "ended"} email={state.identity.person.email} />
        </>
      );
  }
}

/** Lead to the sign-in page, which leads back to the address that was wanted when this was first rendered. */
function ToSignIn({ comeBack }: { comeBack: boolean }) {
  const router = useRouter();
  const [wanted] = useState(router.latestLocation.href);
  const next = comeBack && wanted !== "/" ? `?next=${encodeURIComponent(wanted)}` : "";
  return <Redirect to={`/sign-in${next}`} />;
}

/** A session that ended leaves everything on the page as it is; signing in goes on with it. */
function SignInAgain({ opened, email }: { opened: boolean; email: string }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("signInAgain.title")}
      zIndex={400}
    >
      <Text size="sm" c="dimmed" mb="md">
        {t("signInAgain.text")}
      </Text>
      <SignInForm email={email} onOther={() => void session.signOut()} />
    </Modal>
  );
}
